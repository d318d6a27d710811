using System.Buffers.Text;
using System.Text.Json;

namespace WhatsApp.Pairing;

/// <summary>What the service wants signed: PublicKeyCredentialRequestOptions, read only as far as this side needs it.</summary>
internal sealed record PasskeyOptions(string Json, byte[] Challenge, TimeSpan Life)
{
    private const int LongestJson = 64 * 1024;
    private const string Party = "whatsapp.com";

    /// <summary>The proof that a gate belongs to an earlier attempt is good for as long.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(30);

    /// <summary>Null when nothing of WhatsApp's could be signed with it. Written anew, so that it holds JSON and nothing else.</summary>
    public static PasskeyOptions? Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > LongestJson)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            var options = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("publicKey", out var inner) ? inner : document.RootElement;
            if (options.ValueKind != JsonValueKind.Object
                || Text(options, "challenge") is not { Length: > 0 } challenge || Bytes(challenge) is not { Length: > 0 } wanted
                || !(Text(options, "rpId") is null or Party or "web." + Party))
            {
                return null;
            }

            var life = options.TryGetProperty("timeout", out var timeout) && timeout.ValueKind == JsonValueKind.Number && timeout.TryGetDouble(out var given) && given is > 0 and < 1e9
                ? TimeSpan.FromMilliseconds(given)
                : LongestLife;
            return new PasskeyOptions(JsonSerializer.Serialize(options, JsonTexts.Default.JsonElement), wanted, Clamp(life));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException) // the latter: a text that is no UTF-8
        {
            return null;
        }
    }

    /// <summary>The bytes of base64url, with or without padding; null when it is none.</summary>
    public static byte[]? Bytes(string? text)
    {
        try
        {
            return text is null ? null : Base64Url.DecodeFromChars(text.AsSpan().TrimEnd('='));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Nothing of it: the challenge is never printed.</summary>
    public override string ToString() => nameof(PasskeyOptions);

    private static TimeSpan Clamp(TimeSpan life) => life < ShortestLife ? ShortestLife : life > LongestLife ? LongestLife : life;
}
