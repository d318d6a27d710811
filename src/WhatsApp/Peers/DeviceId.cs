namespace WhatsApp.Peers;

/// <summary>One device of a person, as the Signal layer and the store know it.</summary>
/// <param name="Peer">Whose.</param>
/// <param name="Number">0 is the phone.</param>
/// <param name="IsHosted">Run by the service for a business; has sessions of its own.</param>
internal readonly record struct DeviceId(PeerId Peer, ushort Number, bool IsHosted = false)
{
    /// <summary>For the wire.</summary>
    public Jid Name => IsHosted ? HostedName.WithDevice(Number) : Peer.Name.WithDevice(Number);

    /// <summary>The person's column in stores.</summary>
    public string PersonKey => (IsHosted ? HostedName : Peer.Name).ToString();

    private Jid HostedName => Peer.Name with { Server = Peer.IsLid ? JidServers.HostedLid : JidServers.Hosted };

    public static DeviceId Of(Jid device, ILidBook book) =>
        new(PeerId.Of(device, book), device.Device, device.Server is JidServers.Hosted or JidServers.HostedLid);

    /// <summary>The key in stores. Personal: not for logs.</summary>
    public override string ToString() => Name.ToString();
}
