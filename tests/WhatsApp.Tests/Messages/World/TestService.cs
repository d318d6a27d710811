using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Crypto;

namespace WhatsApp.Tests.Messages.World;

/// <summary>The service between test devices: lists devices and keys, knows groups, and hands stanzas on. Keeps what it carries for a device until asked to deliver it.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly List<TestDevice> _devices = [];
    private readonly Queue<(TestDevice To, Node Stanza)> _carried = new();
    private readonly List<(TestDevice From, Func<Node, bool> Wanted, TaskCompletionSource<Node> Found)> _watchers = [];

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public IRandomSource Random { get; } = new SystemRandomSource();

    private readonly Dictionary<string, KeyPair> _accounts = new(StringComparer.Ordinal);

    /// <summary>The identity key of a person's phone, which vouches for the companions.</summary>
    public KeyPair AccountOf(Jid phone) =>
        _accounts.TryGetValue(phone.User, out var known) ? known : _accounts[phone.User] = KeyPair.Generate(Random);

    /// <summary>The person sets WhatsApp up anew: devices added from now on have another account key.</summary>
    public void Reinstall(Jid phone) => _accounts.Remove(phone.User);

    public Dictionary<Jid, TestGroup> Groups { get; } = [];

    /// <summary>Changes the answer to a message; null swallows it.</summary>
    public Func<Node, Node, Node?> AnswerMessage { get; set; } = (_, ack) => ack;

    /// <summary>Changes what is handed on; null loses it.</summary>
    public Func<TestDevice, Node, Node?> Carry { get; set; } = (_, stanza) => stanza;

    /// <summary>Changes a device's key bundle on its way to whoever asks.</summary>
    public Func<TestDevice, Node, Node> Bundle { get; set; } = (_, bundle) => bundle;

    /// <summary>Changes what the service says of one person when asked for devices.</summary>
    public Func<Jid, Node?, Node?> Usync { get; set; } = (_, user) => user;

    /// <summary>Changes a group's metadata on its way to whoever asks for that group.</summary>
    public Func<Node, Node> AnswerGroup { get; set; } = group => group;

    /// <summary>People without a client of their own.</summary>
    public TestCrowd? Crowd { get; set; }

    /// <summary>Files people have left, by path.</summary>
    public TestMedia Media { get; } = new();

    public int UsyncQueries { get; private set; }

    public int BundleQueries { get; private set; }

    /// <summary>A person: the phone is device 0, further devices count from 1.</summary>
    public async Task<TestDevice> AddAsync(string number, ushort device = 0)
    {
        var made = await TestDevice.CreateAsync(this, new Jid("628000" + number, JidServers.Phone, device), new Jid("99" + number, JidServers.Lid, device));
        _devices.Add(made);
        return made;
    }

    public void Remove(TestDevice device) => _devices.Remove(device);

    /// <summary>The next stanza the device writes that is wanted; for work that goes on beside the reader.</summary>
    public Task<Node> NextWrittenAsync(TestDevice from, Func<Node, bool> wanted)
    {
        var found = new TaskCompletionSource<Node>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_watchers)
        {
            _watchers.Add((from, wanted, found));
        }

        return found.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public async ValueTask TakeAsync(TestDevice from, Node stanza)
    {
        lock (_watchers)
        {
            if (from.Remembers)
            {
                from.Written.Add(stanza);
            }
        }

        switch (stanza.Tag)
        {
            case "message":
                CarryMessage(from, stanza);
                var ack = new Node("ack", new() { ["class"] = "message", ["id"] = stanza["id"], ["from"] = stanza.JidOf("to"), ["t"] = Time.GetUtcNow().ToUnixTimeSeconds() });
                if (AnswerMessage(stanza, ack) is { } answer)
                {
                    await from.ReceiveAsync(answer);
                }

                break;
            case "receipt":
                CarryReceipt(from, stanza);
                break;
        }

        lock (_watchers)
        {
            foreach (var watcher in _watchers.Where(watcher => watcher.From == from && watcher.Wanted(stanza)).ToList())
            {
                _watchers.Remove(watcher);
                watcher.Found.SetResult(stanza);
            }
        }
    }

    /// <summary>Delivers until nothing is left, what comes of it included.</summary>
    public async Task DeliverAsync()
    {
        while (TryNext(out var next))
        {
            await next.To.ReceiveAsync(next.Stanza);
        }
    }

    public async Task<Node> AnswerAsync(TestDevice from, Node iq)
    {
        await Task.Yield();
        return iq["xmlns"] switch
        {
            "usync" => AnswerUsync(iq),
            "encrypt" => await AnswerBundlesAsync(iq),
            "privacy" => AnswerToken(iq),
            "w:g2" when iq.Child("participating") is not null => new Node("iq", null, new Node("groups", null, [.. Groups.Values.Where(group => group.Holds(from)).Select(group => group.Write())])),
            "w:g2" when Groups.TryGetValue(iq.JidOf("to")!.Value, out var group) =>
                group.Holds(from) ? new Node("iq", null, AnswerGroup(group.Write())) : throw new IqErrorException(403, "forbidden"),
            "w:g2" => throw new IqErrorException(404, "item-not-found"),
            _ => throw new IqErrorException(501, "feature-not-implemented"),
        };
    }

    /// <summary>Tokens that devices gave, to whom and when; null refuses to take them.</summary>
    public List<(Jid To, long At)>? TokensGiven { get; set; } = [];

    private Node AnswerToken(Node iq)
    {
        foreach (var token in iq.Child("tokens")!.ChildrenOf("token"))
        {
            (TokensGiven ?? throw new IqErrorException(429, "rate-overlimit")).Add((token.JidOf("jid")!.Value, long.Parse(token["t"]!, System.Globalization.CultureInfo.InvariantCulture)));
        }

        return new Node("iq");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var device in _devices)
        {
            await device.DisposeAsync();
        }
    }

    private bool TryNext(out (TestDevice To, Node Stanza) next)
    {
        lock (_carried)
        {
            return _carried.TryDequeue(out next);
        }
    }

    private void Enqueue(TestDevice to, Node stanza)
    {
        if (Carry(to, stanza) is { } carried)
        {
            lock (_carried)
            {
                _carried.Enqueue((to, carried));
            }
        }
    }

    private void CarryMessage(TestDevice from, Node stanza)
    {
        var to = stanza.JidOf("to")!.Value;
        var certificate = stanza.ChildrenOf("device-identity");
        if (to.IsGroup)
        {
            var group = Groups[to];
            var shared = stanza.ChildrenOf("enc").Where(enc => enc["type"] == "skmsg");
            var single = stanza.ChildrenOf("enc").Where(enc => enc["type"] != "skmsg");
            foreach (var device in _devices.Where(device => device != from && group.Holds(device)))
            {
                var isRetry = stanza.JidOf("participant") is not null;
                if (isRetry && !Is(device, stanza.JidOf("participant")!.Value))
                {
                    continue;
                }

                var own = stanza.Child("participants")?.ChildrenOf("to").Where(item => Is(device, item.JidOf("jid")!.Value)).SelectMany(item => item.ChildrenOf("enc")) ?? [];
                Enqueue(device, new Node(
                    "message",
                    new()
                    {
                        ["from"] = to,
                        ["participant"] = group.LidMode ? from.Lid : from.Phone,
                        ["id"] = stanza["id"],
                        ["t"] = Seconds,
                        ["notify"] = "Member",
                        ["participant_pn"] = group.LidMode ? from.Phone.Bare : default(Jid?),
                        ["type"] = "text",
                        ["addressing_mode"] = group.LidMode ? "lid" : "pn",
                    },
                    [.. isRetry ? single : own.Concat(shared), .. certificate]));
            }

            return;
        }

        var targets = stanza.Child("participants")?.ChildrenOf("to") ?? [new Node("to", new() { ["jid"] = to }, [.. stanza.ChildrenOf("enc")])];
        foreach (var target in targets)
        {
            var jid = target.JidOf("jid")!.Value;
            var isOwn = jid.Bare == from.Phone.Bare || jid.Bare == from.Lid.Bare;
            if (_devices.Find(device => Is(device, jid)) is { } device)
            {
                Enqueue(device, new Node(
                    "message",
                    new()
                    {
                        ["from"] = jid.IsLid ? from.Lid : from.Phone,
                        ["recipient"] = isOwn ? stanza.JidOf("recipient") ?? to : default(Jid?),
                        ["id"] = stanza["id"],
                        ["t"] = Seconds,
                        ["notify"] = "Somebody",
                        ["type"] = "text",
                    },
                    [.. target.ChildrenOf("enc"), .. certificate]));
            }
        }
    }

    private void CarryReceipt(TestDevice from, Node stanza)
    {
        var to = stanza.JidOf("to")!.Value;
        var addressee = stanza.JidOf("participant") ?? to;
        foreach (var device in _devices.Where(device => device != from && Is(device, addressee)))
        {
            var lid = addressee.IsLid ? from.Lid : from.Phone;
            Enqueue(device, new Node(
                "receipt",
                new() { ["from"] = to.IsGroup ? to : lid, ["participant"] = to.IsGroup ? lid : default(Jid?), ["id"] = stanza["id"], ["type"] = stanza["type"], ["t"] = Seconds },
                [.. stanza.Children]));
        }
    }

    private long Seconds => Time.GetUtcNow().ToUnixTimeSeconds();

    private static bool Is(TestDevice device, Jid jid) => jid == device.Phone || jid == device.Lid;

    private Node AnswerUsync(Node iq)
    {
        UsyncQueries++;
        var users = iq.Child("usync")!.Child("list")!.ChildrenOf("user").Select(user => user.JidOf("jid")!.Value);
        return new Node("iq", null, new Node("usync", null, new Node("list", null, [.. users.Select(user => Usync(user, UserNode(user))).OfType<Node>()])));
    }

    private Node? UserNode(Jid user)
    {
        var devices = _devices.Where(device => device.Phone.Bare == user || device.Lid.Bare == user).ToList();
        return devices.Count == 0 ? (Crowd is null ? null : TestCrowd.DevicesOf(user)) : new Node(
            "user",
            new() { ["jid"] = user, ["pn_jid"] = user.IsLid ? devices[0].Phone.Bare : default(Jid?) },
            new Node("devices", null, new Node("device-list", null, [.. devices.Select(device => new Node("device", new() { ["id"] = device.Phone.Device, ["key-index"] = device.Phone.Device }))])),
            new Node("lid", new() { ["val"] = devices[0].Lid.Bare }));
    }

    private async Task<Node> AnswerBundlesAsync(Node iq)
    {
        BundleQueries++;
        var users = new List<Node>();
        foreach (var jid in iq.Child("key")!.ChildrenOf("user").Select(user => user.JidOf("jid")!.Value))
        {
            users.Add(_devices.Find(device => Is(device, jid)) is { } device
                ? Bundle(device, await BundleOfAsync(device, jid))
                : Crowd?.BundleOf(jid) ?? new Node("user", new() { ["jid"] = jid }, new Node("error", new() { ["code"] = 404, ["text"] = "item-not-found" })));
        }

        return new Node("iq", null, new Node("list", null, [.. users]));
    }

    private Task<Node> BundleOfAsync(TestDevice device, Jid jid) => device.Database.RunAsync("bundle", store =>
    {
        var own = store.Signal.Own;
        var signed = store.Signal.LoadSignedPreKey(store.Device.Required.SignedPreKeyId)!;
        var oneTime = store.PreKeys.Reserve(Random, Time.GetUtcNow());
        var registration = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(registration, own.RegistrationId);
        return new Node(
            "user",
            new() { ["jid"] = jid },
            new Node("registration", null, registration),
            new Node("type", null, new byte[] { 5 }),
            new Node("identity", null, own.Identity.Public),
            new Node("key", null, new Node("id", null, Three(oneTime.Id)), new Node("value", null, oneTime.Key.Public)),
            new Node("skey", null, new Node("id", null, Three(signed.Id)), new Node("value", null, signed.Key.Public), new Node("signature", null, signed.Signature)));
    });

    private static byte[] Three(uint id) => [(byte)(id >> 16), (byte)(id >> 8), (byte)id];
}
