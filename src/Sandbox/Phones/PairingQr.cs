namespace Sandbox.Phones;

/// <summary>The text of a pairing QR: code, Noise key, identity key, ADV secret. Everything in it is secret.</summary>
internal sealed record PairingQr(string Code, byte[] NoiseKey, byte[] Identity, byte[] AdvSecret)
{
    /// <summary>Reads the current form (a link with the fields behind <c>#</c>) and the legacy form (the bare fields).</summary>
    public static PairingQr? TryParse(string text)
    {
        var fields = text[(text.IndexOf('#', StringComparison.Ordinal) + 1)..].Trim().Split(',');
        return fields.Length is 4 or 5 && Key(fields[1]) is { } noise && Key(fields[2]) is { } identity && Key(fields[3]) is { } secret
            ? new PairingQr(fields[0], noise, identity, secret)
            : null;
    }

    public override string ToString() => "PairingQr";

    private static byte[]? Key(string text)
    {
        var bytes = new byte[32];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == 32 ? bytes : null;
    }
}
