using WhatsApp;
using WhatsApp.Crypto;

namespace Simulation.Tests.World;

/// <summary>A person of the simulated service, with the devices linked at the moment.</summary>
internal sealed class Account(string number, bool isMigrated)
{
    public Jid Phone { get; } = new("628000" + number, JidServers.Phone);

    public Jid Lid { get; } = new("99" + number, JidServers.Lid);

    /// <summary>The service shows this person by LID. Before, nobody hears of the LID except in groups that use it.</summary>
    public bool IsMigrated { get; set; } = isMigrated;

    /// <summary>Device numbers are not used again.</summary>
    public ushort NextDevice { get; set; } = 1;

    /// <summary>The phone's identity, which vouches for companions.</summary>
    public KeyPair? Identity { get; set; }

    public List<PeerDevice> Devices { get; } = [];

    /// <summary>The name the service gives in stanzas of direct chats.</summary>
    public Jid Name => IsMigrated ? Lid : Phone;

    public bool Is(Jid jid) => jid.Bare == Phone || jid.Bare == Lid;

    public PeerDevice? Find(Jid jid) => Is(jid) ? Devices.Find(device => device.Number == jid.Device) : null;

    public override string ToString() => number;
}
