namespace WhatsApp.Signal;

/// <summary>The kinds of encrypted messages; on the wire <c>msg</c>, <c>pkmsg</c> and <c>skmsg</c>.</summary>
internal enum CiphertextType
{
    Message,
    PreKeyMessage,
    SenderKeyMessage,
}

internal sealed record Ciphertext(CiphertextType Type, byte[] Bytes);

internal static class CiphertextTypes
{
    public static string WireName(this CiphertextType type) => type switch
    {
        CiphertextType.Message => "msg",
        CiphertextType.PreKeyMessage => "pkmsg",
        CiphertextType.SenderKeyMessage => "skmsg",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Null for a type that is not of the Signal layer.</summary>
    public static CiphertextType? FromWireName(string? name) => name switch
    {
        "msg" => CiphertextType.Message,
        "pkmsg" => CiphertextType.PreKeyMessage,
        "skmsg" => CiphertextType.SenderKeyMessage,
        _ => null,
    };
}
