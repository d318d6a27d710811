using System.Text.Json.Serialization;
using WhatsApp;

namespace Sandbox.Service.State;

/// <summary>One account of the service with its devices. Changed by the world's loop only; saved whole.</summary>
internal sealed class Account
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    public required string PhoneUser { get; init; }

    public required string LidUser { get; init; }

    public bool PhoneHidden { get; init; }

    public bool MayWriteFirst { get; set; } = true;

    /// <summary>False: refuses to be written from by LID, with error 400.</summary>
    public bool LidMigrated { get; set; } = true;

    /// <summary>The account links devices only with its passkey.</summary>
    public bool WantsPasskey { get; set; }

    /// <summary>The passkey its owner has made; the private half lives here too, for nobody is real.</summary>
    public SimulatedPasskey? Passkey { get; set; }

    public uint AdvRawId { get; init; }

    public ushort NextDevice { get; set; } = 1;

    public int NextKeyIndex { get; set; } = 1;

    public List<Device> Devices { get; init; } = [];

    /// <summary>Accounts that have written to this one in private.</summary>
    public HashSet<string> WrittenBy { get; init; } = [];

    /// <summary>Privacy tokens this account has issued, by the account that may use them.</summary>
    public Dictionary<string, byte[]> TokensFor { get; init; } = [];

    /// <summary>Every private message of its companions needs a token.</summary>
    public bool TokensDemanded { get; set; }

    /// <summary>Locked out of starting conversations until then, in Unix seconds; 0 when it is not.</summary>
    public long LockedUntil { get; set; }

    /// <summary>Makes tokens for people who issued none; its phone hands it to the companions with the history.</summary>
    public byte[]? NctSalt { get; set; }

    /// <summary>The signed list of key indexes, made by the phone at each change of companions.</summary>
    public byte[]? KeyIndexList { get; set; }

    public long KeyIndexListAt { get; set; }

    [JsonIgnore]
    public Jid Phone => new(PhoneUser, JidServers.Phone);

    [JsonIgnore]
    public Jid Lid => new(LidUser, JidServers.Lid);

    [JsonIgnore]
    public IEnumerable<DeviceKey> DeviceKeys => Devices.Select(device => new DeviceKey(Id, device.Id));

    /// <summary>The account's address, in either form.</summary>
    public Jid Address(bool lid, ushort device = 0) => (lid ? Lid : Phone).WithDevice(device);

    public Device? DeviceOf(ushort id) => Devices.FirstOrDefault(device => device.Id == id);

    public override string ToString() => $"Account {Id}";
}

/// <summary>Names one device of one account.</summary>
internal readonly record struct DeviceKey(string Account, ushort Device)
{
    public override string ToString() => $"{Account}/{Device}";
}
