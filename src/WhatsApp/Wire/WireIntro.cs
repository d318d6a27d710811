namespace WhatsApp.Wire;

/// <summary>The first bytes a client sends.</summary>
internal static class WireIntro
{
    public const int MaxRoutingInfo = 4096;

    /// <summary>"WA", protocol 6, dictionary version 3; also the Noise prologue.</summary>
    public static ReadOnlySpan<byte> Header => [0x57, 0x41, 0x06, 0x03];

    /// <summary>"ED", 0, 1.</summary>
    public static ReadOnlySpan<byte> EdgeRouting => [0x45, 0x44, 0x00, 0x01];

    public static byte[] For(ReadOnlySpan<byte> routingInfo) => routingInfo.IsEmpty
        ? [.. Header]
        : [.. EdgeRouting, (byte)(routingInfo.Length >> 16), (byte)(routingInfo.Length >> 8), (byte)routingInfo.Length, .. routingInfo, .. Header];
}
