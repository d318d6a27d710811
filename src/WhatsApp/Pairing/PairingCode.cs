using WhatsApp.Store;

namespace WhatsApp.Pairing;

/// <summary>The text of the QR code a phone scans. Source: facts 5, step 2.</summary>
internal static class PairingCode
{
    private const string Prefix = "https://wa.me/settings/linked_devices#";

    /// <summary>1 = Chrome, as in the device properties we register with.</summary>
    private const string ClientType = "1";

    public static string Text(string reference, DeviceRow device) => Prefix + string.Join(
        ',',
        reference,
        Convert.ToBase64String(device.Noise.Public),
        Convert.ToBase64String(device.Own.Identity.Public),
        Convert.ToBase64String(device.AdvSecret),
        ClientType);
}
