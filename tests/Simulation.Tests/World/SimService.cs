using System.Globalization;
using Simulation.Tests.Driving;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Messages;

namespace Simulation.Tests.World;

/// <summary>
/// The simulated service and everybody who uses it: keeps what the client has not answered, hands stanzas on, answers requests.
/// Does nothing by itself: each call is one step of a history.
/// </summary>
internal sealed class SimService
{
    public const ushort BotDevice = 7;

    public static readonly Jid BotPhone = new("628000000001", JidServers.Phone, BotDevice);
    public static readonly Jid BotLid = new("99000001", JidServers.Lid, BotDevice);

    private readonly TimeProvider _time;
    private int _ids;

    public SimService(SimRandom random, TimeProvider time, Func<string, bool> hostHas, Func<int> deaths)
    {
        (Random, _time) = (random, time);
        Wiretap = new Wiretap(Keys, hostHas, deaths);
    }

    public SimRandom Random { get; }

    public BotKeys Keys { get; } = new();

    public Mailbox Mailbox { get; } = new();

    public Wiretap Wiretap { get; }

    public List<Account> Accounts { get; } = [];

    /// <summary>Our own account: of its devices only the phone is simulated.</summary>
    public required Account Own { get; init; }

    public List<SimGroup> Groups { get; } = [];

    /// <summary>Devices that were unlinked, while it counts that they cannot read.</summary>
    public List<PeerDevice> Unlinked { get; } = [];

    /// <summary>Where the client is connected; null when it is not.</summary>
    public SimLink? Link { get; private set; }

    /// <summary>The client has asked for what was kept, so that news go out at once.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Share of stanzas that arrive twice, or before the one they follow.</summary>
    public double Disorder { get; set; }

    /// <summary>Stanzas of this history did not keep their order: a message may come before the key it needs.</summary>
    public bool HadDisorder { get; set; }

    /// <summary>Share of the client's messages that get no answer, half of them lost as well.</summary>
    public double Swallowed { get; set; }

    /// <summary>A peer shows a message: id and text.</summary>
    public Action<PeerDevice, string, string> ShownAtPeer { get; set; } = (_, _, _) => { };

    public IEnumerable<PeerDevice> Devices => Accounts.Append(Own).SelectMany(account => account.Devices);

    public string NewId(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{++_ids}");

    public void Connected(SimLink link)
    {
        (Link, IsActive) = (link, false);
        ToClient(new Node("success", new() { ["t"] = Seconds, ["lid"] = BotLid }));
    }

    public void Disconnected() => (Link, IsActive) = (null, false);

    /// <summary>Keeps a stanza for the client until it is answered, and sends it when the client is there.</summary>
    public void Push(Node stanza, Action<bool>? answered = null)
    {
        Mailbox.Add(stanza, answered);
        if (Link is { IsOpen: true } link && IsActive)
        {
            SendFromMailbox(link, stanza);
        }
    }

    /// <summary>One stanza of the client arrives.</summary>
    public void Take(Node stanza)
    {
        switch (stanza.Tag)
        {
            case "iq":
                TakeIq(stanza);
                break;
            case "message":
                TakeMessage(stanza);
                break;
            case "receipt":
                TakeReceipt(stanza);
                break;
            case "ack":
                Mailbox.Answer(stanza);
                break;
        }
    }

    /// <summary>A stanza of a peer's device as the client gets it.</summary>
    public Node FromPeer(PeerDevice device, SimGroup? group, string id, IReadOnlyList<Node> parts) => group is null
        ? new Node(
            "message",
            new()
            {
                ["from"] = device.Account.Name.WithDevice(device.Number),
                ["id"] = id,
                ["t"] = Seconds,
                ["type"] = "text",
                ["notify"] = "Somebody",
                ["sender_pn"] = device.Account.IsMigrated ? device.Account.Phone : default(Jid?),
            },
            parts)
        : new Node(
            "message",
            new()
            {
                ["from"] = group.Jid,
                ["participant"] = group.NameOf(device.Account).WithDevice(device.Number),
                ["id"] = id,
                ["t"] = Seconds,
                ["type"] = "text",
                ["notify"] = "Member",
                ["participant_pn"] = group.ByLid ? device.Account.Phone : default(Jid?),
                ["addressing_mode"] = group.ByLid ? "lid" : "pn",
            },
            parts);

    /// <summary>A peer's receipt for a message of the client.</summary>
    public void ReceiptToBot(PeerDevice device, PeerMail mail, string? type, IReadOnlyList<Node> children)
    {
        if (device.Account == Own && type is null)
        {
            return; // our own phone tells nobody that it has what we sent
        }

        var group = mail.Group is { } jid ? Groups.Find(group => group.Jid == jid) : null;
        Push(new Node(
            "receipt",
            new()
            {
                ["from"] = group?.Jid ?? device.Account.Name.WithDevice(device.Number),
                ["participant"] = group?.NameOf(device.Account).WithDevice(device.Number),
                ["id"] = mail.Id,
                ["type"] = type,
                ["t"] = Seconds,
            },
            children));
    }

    private long Seconds => _time.GetUtcNow().ToUnixTimeSeconds();

    private void TakeMessage(Node stanza)
    {
        var swallow = Random.Chance(Swallowed);
        if (swallow && Random.Chance(0.5))
        {
            return;
        }

        var to = stanza.JidOf("to")!.Value;
        var group = Groups.Find(group => group.Jid == to);
        if (group is not null)
        {
            CarryToGroup(stanza, group);
        }
        else
        {
            CarryDirect(stanza, to);
        }

        if (!swallow)
        {
            ToClient(new Node("ack", new()
            {
                ["class"] = "message",
                ["id"] = stanza["id"],
                ["from"] = to,
                ["t"] = Seconds,
                ["phash"] = group is null ? null : DeviceListHash.Compute(group.Members.Append(Own)
                    .SelectMany(account => account.Devices.Select(device => group.NameOf(account).WithDevice(device.Number)))
                    .Append(group.ByLid ? BotLid : BotPhone)),
            }));
        }
    }

    private void CarryToGroup(Node stanza, SimGroup group)
    {
        var id = stanza["id"]!;
        var single = stanza.JidOf("participant");
        foreach (var device in group.Members.Append(Own).SelectMany(account => account.Devices))
        {
            if (single is { } one && (!device.Account.Is(one) || device.Number != one.Device))
            {
                continue;
            }

            var own = stanza.Child("participants")?.ChildrenOf("to").Where(to => device.Account.Find(to.JidOf("jid")!.Value) == device).SelectMany(to => to.ChildrenOf("enc")) ?? [];
            device.Inbox.Enqueue(new PeerMail(id, group.Jid, [.. own, .. stanza.ChildrenOf("enc")]));
        }
    }

    private void CarryDirect(Node stanza, Jid to)
    {
        var targets = stanza.Child("participants")?.ChildrenOf("to") ?? [new Node("to", new() { ["jid"] = to }, [.. stanza.ChildrenOf("enc")])];
        foreach (var target in targets)
        {
            if (Find(target.JidOf("jid")!.Value) is { } device)
            {
                device.Inbox.Enqueue(new PeerMail(stanza["id"]!, null, [.. target.ChildrenOf("enc")]));
            }
        }
    }

    private void TakeReceipt(Node receipt)
    {
        if (receipt["type"] == "retry")
        {
            Find(receipt.JidOf("participant") ?? receipt.JidOf("to")!.Value)?.Answer(receipt);
        }
        else
        {
            Mailbox.Answer(receipt);
        }
    }

    private void TakeIq(Node iq)
    {
        switch (iq["xmlns"], iq["type"])
        {
            case ("encrypt", "get") when iq.Child("count") is not null:
                Result(iq, new Node("count", new() { ["value"] = Keys.Count }));
                break;
            case ("encrypt", "get") when iq.Child("key") is { } wanted:
                Result(iq, new Node("list", null, [.. wanted.ChildrenOf("user").Select(user => BundleOf(user.JidOf("jid")!.Value))]));
                break;
            case ("encrypt", "set") when iq.Child("rotate")?.Child("skey") is { } signed:
                Keys.Rotate(signed);
                Result(iq);
                break;
            case ("encrypt", "set") when iq.Child("list") is not null:
                Keys.Upload(iq);
                Result(iq);
                break;
            case ("usync", _):
                var users = iq.Child("usync")!.Child("list")!.ChildrenOf("user").Select(user => ListOf(user.JidOf("jid")!.Value)).OfType<Node>();
                Result(iq, new Node("usync", null, new Node("list", null, [.. users])));
                break;
            case ("w:g2", "get") when iq.Child("participating") is not null:
                Result(iq, new Node("groups", null, [.. Groups.Select(group => group.Write())]));
                break;
            case ("w:g2", "get") when Groups.Find(group => group.Jid == iq.JidOf("to")) is { } group:
                Result(iq, group.Write());
                break;
            case ("passive", _):
                Result(iq);
                SendKept();
                break;
            case ("w:p", _) or (_, "set"):
                Result(iq);
                break;
            default:
                ToClient(new Node("iq", new() { ["from"] = Jid.Service, ["type"] = "error", ["id"] = iq["id"] }, new Node("error", new() { ["code"] = 501, ["text"] = "feature-not-implemented" })));
                break;
        }
    }

    private PeerDevice? Find(Jid jid) => Accounts.Append(Own).Select(account => account.Find(jid)).FirstOrDefault(device => device is not null);

    private Node BundleOf(Jid jid) => Find(jid)?.Bundle(jid) ??
        new Node("user", new() { ["jid"] = jid }, new Node("error", new() { ["code"] = 404, ["text"] = "item-not-found" }));

    private Node? ListOf(Jid jid)
    {
        if (Accounts.Append(Own).FirstOrDefault(account => account.Is(jid)) is not { } account)
        {
            return null;
        }

        var numbers = account.Devices.Select(device => device.Number).Concat(account == Own ? [BotDevice] : []);
        var showsLid = account.IsMigrated || account == Own;
        return new Node(
            "user",
            new() { ["jid"] = jid, ["pn_jid"] = jid.IsLid ? account.Phone : default(Jid?) },
            [
                new Node("devices", null, new Node("device-list", null, [.. numbers.Select(number => new Node("device", new() { ["id"] = number, ["key-index"] = number }))])),
                .. showsLid ? (Node[])[new Node("lid", new() { ["val"] = account.Lid })] : [],
            ]);
    }

    private void Result(Node iq, params Node[] children) =>
        ToClient(new Node("iq", new() { ["from"] = iq.JidOf("to") ?? Jid.Service, ["type"] = "result", ["id"] = iq["id"] }, children));

    private void SendKept()
    {
        IsActive = true;
        ToClient(new Node("ib", null, new Node("offline_preview", new() { ["count"] = Mailbox.Count })));
        foreach (var stanza in Mailbox.Stanzas)
        {
            var kept = NodeDecoder.Decode(NodeEncoder.Encode(stanza));
            kept.Attributes["offline"] = "1";
            SendFromMailbox(Link!, kept);
        }

        ToClient(new Node("ib", null, new Node("offline", new() { ["count"] = Mailbox.Count })));
    }

    private void ToClient(Node node) => Link?.ToClient.AddLast((NodeDecoder.Decode(NodeEncoder.Encode(node)), false));

    private void SendFromMailbox(SimLink link, Node stanza)
    {
        var copy = NodeDecoder.Decode(NodeEncoder.Encode(stanza));
        if (Random.Chance(Disorder) && link.ToClient.Last is { Value.MayMove: true } last)
        {
            link.ToClient.AddBefore(last, (copy, true));
        }
        else
        {
            link.ToClient.AddLast((copy, true));
        }

        if (Random.Chance(Disorder))
        {
            link.ToClient.AddLast((NodeDecoder.Decode(NodeEncoder.Encode(stanza)), true));
        }
    }
}
