namespace WhatsApp.Binary;

/// <summary>First bytes of values that are no single-byte token.</summary>
internal static class NodeTags
{
    public const byte ListEmpty = 0;
    public const byte Dictionary0 = 236;
    public const byte Dictionary3 = 239;
    public const byte InteropJid = 245;
    public const byte MessengerJid = 246;
    public const byte DeviceJid = 247;
    public const byte List8 = 248;
    public const byte List16 = 249;
    public const byte JidPair = 250;
    public const byte Hex8 = 251;
    public const byte Binary8 = 252;
    public const byte Binary20 = 253;
    public const byte Binary32 = 254;
    public const byte Nibble8 = 255;

    /// <summary>Flag of a frame whose node is zlib-compressed.</summary>
    public const byte CompressedFlag = 2;

    // Domain types of DeviceJid; any other value is an agent number on the phone server.
    public const byte PhoneDomain = 0;
    public const byte LidDomain = 1;
    public const byte HostedDomain = 128;
    public const byte HostedLidDomain = 129;
}
