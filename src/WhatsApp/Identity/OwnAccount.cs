using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Identity;

/// <summary>
/// The account this device belongs to, under both names, each with our device number. The certificate is the full
/// ADVSignedDeviceIdentity, shown to whoever sets up a session with us.
/// </summary>
internal sealed record OwnAccount(Jid Phone, Jid? Lid, byte[] Certificate)
{
    /// <exception cref="NotConnectedException">Not paired.</exception>
    public static OwnAccount Of(SessionTransaction store) =>
        store.Device.Current is { OwnPhone: { } phone } device
            ? new OwnAccount(phone, device.OwnLid, device.Account ?? [])
            : throw new NotConnectedException("This device is not paired.");

    public bool Owns(Jid person) => person.Bare == Phone.Bare || (Lid is { } lid && person.Bare == lid.Bare);

    public bool Owns(PeerId person) => Owns(person.Name);

    public bool Owns(DeviceId device) => Owns(device.Peer);

    public bool IsThisDevice(DeviceId device) => Owns(device.Peer) && device.Number == Phone.Device;

    /// <summary>Our name in a chat whose people go by LID, or by number.</summary>
    public Jid NameIn(bool lidAddressing) => lidAddressing && Lid is { } lid ? lid : Phone;

    /// <summary>Nothing personal.</summary>
    public override string ToString() => "OwnAccount";
}
