using Simulation.Tests.Driving;
using Simulation.Tests.World;
using WhatsApp;
using WhatsApp.Binary;

namespace Simulation.Tests.Histories;

/// <summary>What people do in a history, and the books that tell at its end whether the client kept its promises.</summary>
internal sealed class HistoryActions
{
    private readonly SimService _service;
    private readonly Host _host;
    private readonly SimRandom _chance;
    private readonly SimClock _clock;
    private readonly List<(string Id, PeerDevice From)> _incoming = [];
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<(SimGroup, Account), int> _departures = [];
    private readonly Dictionary<string, IReadOnlyList<(SimGroup, Account, int)>> _stays = [];
    private int _people;

    public HistoryActions(SimService service, Host host, SimRandom chance, SimClock clock)
    {
        (_service, _host, _chance, _clock) = (service, host, chance, clock);
        _service.ShownAtPeer = (device, id, text) =>
        {
            if (_texts.TryGetValue(id, out var written) && written != text)
            {
                throw new Violation(Promises.Readable, $"{device} reads another text in {id}");
            }
        };
        _service.Wiretap.FirstSeen += CheckStrangers;
    }

    public void MakeWorld()
    {
        AddDevice(_service.Own, 0, []).IsAnnounced = true;
        for (var i = 0; i < 4; i++)
        {
            NewAccount();
        }

        for (var i = 0; i < 2; i++)
        {
            var group = new SimGroup(new Jid($"12036300000000000{i}", JidServers.Group), byLid: i == 1);
            group.Members.Add(_service.Own);
            foreach (var member in _service.Accounts.Where(_ => _chance.Chance(0.75)))
            {
                group.Members.Add(member);
            }

            group.Announced.UnionWith(group.Members);
            _service.Groups.Add(group);
        }
    }

    /// <summary>One thing somebody does, told in words.</summary>
    public bool TryNext(out string what)
    {
        what = _chance.Below(100) switch
        {
            < 28 => PeerWrites(),
            < 54 => PeerWritesToGroup(),
            < 66 => BotWrites(),
            < 80 => BotWritesToGroup(),
            < 83 => SomebodyLeaves(),
            < 86 => SomebodyJoins(),
            < 89 => DeviceAdded(),
            < 91 => DeviceRemoved(),
            < 93 => SetUpAnew(),
            < 96 => Migrated(),
            < 97 => Garbage(),
            < 98 => KeysAreLow(),
            _ => TimePasses(),
        };
        return what.Length > 0;
    }

    /// <summary>Everybody writes once more, and is written to.</summary>
    public void EveryoneSpeaks()
    {
        foreach (var account in _service.Accounts)
        {
            PeerWrites(account.Devices[0]);
            BotWrites(account);
        }

        foreach (var group in _service.Groups)
        {
            foreach (var member in group.Members.Where(member => member != _service.Own))
            {
                PeerWritesToGroup(group, member.Devices[0]);
            }

            BotWritesToGroup(group);
        }
    }

    /// <summary>The moment the client is first asked to send: who is to read it, and who must not.</summary>
    public void BeforeSend(Outgoing message)
    {
        if (message.Readers is not null)
        {
            return;
        }

        var group = _service.Groups.Find(group => group.Jid == message.Chat);
        var people = group is null
            ? _service.Accounts.Where(account => account.Is(message.Chat)).Append(_service.Own)
            : group.Members.Where(group.Announced.Contains);
        message.Readers = [.. people.SelectMany(account => account.Devices.Where(device => device.IsAnnounced).Select(device => (account, device.Number)))];
        if (group is not null)
        {
            _stays[message.Id] = [.. group.Members.Select(member => (group, member, _departures.GetValueOrDefault((group, member))))];
            message.Strangers = [.. group.KnownGone.Where(gone => !group.Members.Contains(gone)).SelectMany(gone => gone.Devices)];
        }

        message.Unlinked = [.. _service.Unlinked];
    }

    public void Check(SimDisk disk)
    {
        foreach (var (id, from) in _incoming)
        {
            if (!from.IsGone && !_host.HasShown(id))
            {
                throw new Violation(Promises.NothingLost, $"{id} of {from}");
            }
        }

        foreach (var message in _host.Outbox)
        {
            foreach (var (account, number) in message.Readers!)
            {
                var device = account.Devices.Find(device => device.Number == number);
                if (device is not null && !HasLeft(message, account) && !device.Shown.Contains(message.Id))
                {
                    throw new Violation(Promises.Readable, $"{message.Id} by {device}{(device.Waiting.Contains(message.Id) ? ", which waits for it" : "")}");
                }
            }
        }

        if (disk.Look(store => store.Outbound.Unacked(DateTimeOffset.MinValue, 10)) is { Count: > 0 } unacked)
        {
            throw new Violation(Promises.Converges, $"{unacked.Count} messages without an answer are left in the store");
        }
    }

    private bool HasLeft(Outgoing message, Account account) =>
        _stays.TryGetValue(message.Id, out var stays) && stays.Any(stay => stay.Item2 == account && _departures.GetValueOrDefault((stay.Item1, account)) != stay.Item3);

    /// <summary>The stanza of a message is on the wire for the first time.</summary>
    private void CheckStrangers(string id, Node stanza)
    {
        if (_host.Outbox.Find(message => message.Id == id) is not { } message)
        {
            return;
        }

        var shared = stanza.ChildrenOf("enc").FirstOrDefault(part => part["type"] == "skmsg");
        foreach (var stranger in message.Strangers.Union(message.Unlinked))
        {
            var named = stanza.Child("participants")?.ChildrenOf("to").Any(to => stranger.Account.Is(to.JidOf("jid")!.Value) && to.JidOf("jid")!.Value.Device == stranger.Number) ?? false;
            var isBack = !message.Unlinked.Contains(stranger) && _service.Groups.Exists(group => group.Jid == message.Chat && group.Members.Contains(stranger.Account));
            if (!isBack && (named || (shared is not null && stranger.CanRead(message.Chat, shared.Bytes!.Value))))
            {
                throw new Violation(Promises.NotByRemoved, $"{id} by {stranger}");
            }
        }
    }

    private string PeerWrites() => PeerWrites(_chance.Pick(_chance.Pick(_service.Accounts).Devices));

    private string PeerWrites(PeerDevice device)
    {
        var id = _service.NewId("P");
        _incoming.Add((id, device));
        _service.Push(device.SendDirect(id, $"text {id}", isPoison: false), byReceipt => device.Answered(id, byReceipt));
        return $"{device} writes {id}";
    }

    private string PeerWritesToGroup()
    {
        var group = _chance.Pick(_service.Groups);
        var members = group.Members.Where(member => member != _service.Own).ToList();
        return members.Count == 0 ? "" : PeerWritesToGroup(group, _chance.Pick(_chance.Pick(members).Devices));
    }

    private string PeerWritesToGroup(SimGroup group, PeerDevice device)
    {
        var id = _service.NewId("G");
        _incoming.Add((id, device));
        _service.Push(device.SendToGroup(group, id, $"text {id}"), byReceipt => device.Answered(id, byReceipt));
        return $"{device} writes {id} to {group.Jid.User}";
    }

    private string BotWrites() => BotWrites(_chance.Pick(_service.Accounts));

    private string BotWrites(Account account) => Send(account.Phone, "B");

    private string BotWritesToGroup() => BotWritesToGroup(_chance.Pick(_service.Groups));

    private string BotWritesToGroup(SimGroup group) => Send(group.Jid, "C");

    private string Send(Jid chat, string prefix)
    {
        var id = _service.NewId(prefix);
        _texts.Add(id, $"text {id}");
        _host.Outbox.Add(new Outgoing(id, chat, $"text {id}"));
        return $"the host sends {id} to {chat}";
    }

    private string SomebodyLeaves()
    {
        var group = _chance.Pick(_service.Groups);
        var members = group.Members.Where(member => member != _service.Own).ToList();
        if (members.Count < 2)
        {
            return "";
        }

        var gone = _chance.Pick(members);
        var author = _chance.Chance(0.5) ? gone : _service.Own;
        _departures[(group, gone)] = _departures.GetValueOrDefault((group, gone)) + 1;
        Tell(group, group.Remove(_service.NewId("N"), author, gone, Seconds));
        return $"{gone} leaves {group.Jid.User}";
    }

    private string SomebodyJoins()
    {
        var group = _chance.Pick(_service.Groups);
        var outside = _service.Accounts.Where(account => !group.Members.Contains(account)).ToList();
        if (outside.Count == 0)
        {
            return "";
        }

        var comes = _chance.Pick(outside);
        Tell(group, group.Add(_service.NewId("N"), _service.Own, comes, Seconds));
        return $"{comes} joins {group.Jid.User}";
    }

    /// <summary>Some notices are lost; the next one shows the gap.</summary>
    private void Tell(SimGroup group, Node notice)
    {
        var version = group.Version;
        if (!_chance.Chance(0.15))
        {
            _service.Push(notice, _ => group.Known(version));
        }
    }

    private string DeviceAdded()
    {
        var account = _chance.Pick(_service.Accounts);
        if (account.Devices.Count > 2)
        {
            return "";
        }

        var made = AddDevice(account, account.NextDevice++, []);
        _service.Push(DevicesNotice(account, "add", made.Number), _ => made.IsAnnounced = true);
        return $"{made} is linked";
    }

    private string DeviceRemoved()
    {
        var companions = _service.Accounts.SelectMany(account => account.Devices).Where(device => device.Number != 0).ToList();
        if (companions.Count == 0)
        {
            return "";
        }

        var gone = _chance.Pick(companions);
        Unlink(gone);
        return $"{gone} is unlinked";
    }

    /// <summary>WhatsApp installed anew: other keys, no companions, and nothing known of what was sent before.</summary>
    private string SetUpAnew()
    {
        var account = _chance.Pick(_service.Accounts);
        foreach (var companion in account.Devices.Where(device => device.Number != 0).ToList())
        {
            Unlink(companion);
        }

        var old = account.Devices[0];
        old.IsGone = true;
        account.Devices.Clear();
        var made = AddDevice(account, 0, old.Shown);
        made.IsAnnounced = old.IsAnnounced;
        while (old.Inbox.TryDequeue(out var mail))
        {
            made.Inbox.Enqueue(mail);
        }

        _service.Push(new Node("notification", new() { ["type"] = "encrypt", ["from"] = account.Name, ["id"] = _service.NewId("N"), ["t"] = Seconds }, new Node("identity")));
        return $"{account} is set up anew";
    }

    private string Migrated()
    {
        var waiting = _service.Accounts.Where(account => !account.IsMigrated).ToList();
        if (waiting.Count == 0)
        {
            return "";
        }

        var account = _chance.Pick(waiting);
        account.IsMigrated = true;
        return $"{account} goes by LID";
    }

    private string Garbage()
    {
        var device = _chance.Pick(_chance.Pick(_service.Accounts).Devices);
        var id = _service.NewId("X");
        _service.Push(device.SendDirect(id, $"text {id}", isPoison: true));
        return $"{device} sends garbage {id}";
    }

    private string KeysAreLow()
    {
        _service.Push(new Node("notification", new() { ["type"] = "encrypt", ["from"] = Jid.Service, ["id"] = _service.NewId("N"), ["t"] = Seconds }, new Node("count", new() { ["value"] = _service.Keys.Count })));
        return "the service says that keys are low";
    }

    private string TimePasses()
    {
        _clock.Pass(TimeSpan.FromSeconds(5 + _chance.Below(400)));
        return "time passes";
    }

    private void Unlink(PeerDevice device)
    {
        device.IsGone = true;
        device.Account.Devices.Remove(device);
        _service.Push(DevicesNotice(device.Account, "remove", device.Number), _ => _service.Unlinked.Add(device));
    }

    private Node DevicesNotice(Account account, string change, ushort number) => new(
        "notification",
        new() { ["type"] = "devices", ["from"] = account.Phone, ["id"] = _service.NewId("N"), ["t"] = Seconds },
        new Node(
            change,
            new() { ["lid"] = account.IsMigrated ? account.Lid : default(Jid?) },
            new Node("device", new() { ["jid"] = account.Phone.WithDevice(number), ["key-index"] = number })));

    private void NewAccount()
    {
        var account = new Account($"{100 + ++_people:000000}", isMigrated: _chance.Chance(0.4));
        _service.Accounts.Add(account);
        AddDevice(account, 0, []).IsAnnounced = true;
        if (_chance.Chance(0.5))
        {
            AddDevice(account, account.NextDevice++, []).IsAnnounced = true;
        }
    }

    private PeerDevice AddDevice(Account account, ushort number, HashSet<string> shown)
    {
        var device = new PeerDevice(_service, account, number, shown);
        account.Devices.Add(device);
        return device;
    }

    private long Seconds => _clock.GetUtcNow().ToUnixTimeSeconds();
}
