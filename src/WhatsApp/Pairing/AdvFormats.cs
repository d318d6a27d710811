using WhatsApp.Proto;

namespace WhatsApp.Pairing;

/// <summary>What the signatures that bind a companion device to its account cover (facts: pairing, step 5).</summary>
internal static class AdvFormats
{
    private static ReadOnlySpan<byte> AccountPrefix => [6, 0];

    private static ReadOnlySpan<byte> DevicePrefix => [6, 1];

    private static ReadOnlySpan<byte> HostedAccountPrefix => [6, 5];

    private static ReadOnlySpan<byte> HostedDevicePrefix => [6, 6];

    /// <summary>What the HMAC of the link covers.</summary>
    public static byte[] Linked(ADVEncryptionType accountType, ReadOnlySpan<byte> details) =>
        accountType == ADVEncryptionType.Hosted ? [.. HostedAccountPrefix, .. details] : details.ToArray();

    /// <summary>What the account signs: these details belong to this device.</summary>
    public static byte[] AccountSigned(ADVEncryptionType deviceType, ReadOnlySpan<byte> details, ReadOnlySpan<byte> deviceIdentity) =>
        [.. deviceType == ADVEncryptionType.Hosted ? HostedAccountPrefix : AccountPrefix, .. details, .. deviceIdentity];

    /// <summary>What the device signs: it accepts these details from this account.</summary>
    public static byte[] DeviceSigned(ADVEncryptionType deviceType, ReadOnlySpan<byte> details, ReadOnlySpan<byte> deviceIdentity, ReadOnlySpan<byte> accountKey) =>
        [.. deviceType == ADVEncryptionType.Hosted ? HostedDevicePrefix : DevicePrefix, .. details, .. deviceIdentity, .. accountKey];
}
