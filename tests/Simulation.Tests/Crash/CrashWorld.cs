using System.Net;
using System.Net.Sockets;
using Sandbox.Service.Wire;
using Simulation.Tests.Driving;
using Simulation.Tests.World;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Login;
using WhatsApp.Store;
using WhatsApp.Wire;

namespace Simulation.Tests.Crash;

/// <summary>The service and the people around a client that dies again and again. Lives in the parent, so that it survives.</summary>
internal sealed class CrashWorld : IDisposable
{
    private const int FirstKeys = 20;

    private readonly SimRandom _chance;
    private readonly SimService _service;
    private readonly NoiseCertificates _certificates;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly HashSet<string> _inBook = [];
    private readonly List<(string Id, PeerDevice From, SimGroup? Group)> _written = [];
    private readonly Lock _gate = new();
    private int _budget;

    public CrashWorld(ulong seed, string folder)
    {
        _chance = SimRandom.For(seed, 3);
        var now = TimeProvider.System.GetUtcNow();
        _certificates = NoiseCertificates.Create(_chance, now.AddDays(-1), now.AddDays(30));
        _service = new SimService(SimRandom.For(seed, 1), TimeProvider.System, HasInBook, () => Lives) { Own = new Account("000001", isMigrated: true) };
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Link(folder);
        MakePeople();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public string Root => Convert.ToHexString(_certificates.Root.Public);

    public int Lives { get; set; }

    public int Written => _written.Count;

    /// <summary>A promise was broken.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Called after anything happened.</summary>
    public Action Moved { get; set; } = () => { };

    /// <summary>Everybody has written what they had to, has it answered, and waits for nothing.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_gate)
            {
                return _budget == 0 && _service.IsActive && _service.Mailbox.Count == 0 && _written.TrueForAll(item => _inBook.Contains(item.Id) && _inBook.Contains("D" + item.Id));
            }
        }
    }

    /// <summary>So many messages are written during the next life, most of them while others are on their way.</summary>
    public void Allow(int messages)
    {
        lock (_gate)
        {
            _budget = messages;
        }
    }

    /// <summary>A line of the host's book.</summary>
    public void Note(string line)
    {
        lock (_gate)
        {
            switch (line.Split(' '))
            {
                case ["E", var id, ..]:
                    _inBook.Add(id);
                    break;
                case ["D", var id]:
                    _inBook.Add("D" + id);
                    break;
                case ["X", var id]:
                    Fault ??= new Violation(Promises.NoneTwice, id);
                    break;
            }
        }

        Moved();
    }

    /// <summary>Serves one connection after the other until cancelled.</summary>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ServeOneAsync(await _listener.AcceptAsync(cancellationToken), cancellationToken);
            }
            catch (Exception end) when (end is IOException or NoiseHandshakeException or OperationCanceledException)
            {
                // the client's process died; the next one dials again
            }
            catch (Exception fault) when (fault is Violation or InvalidOperationException or NullReferenceException)
            {
                Fault ??= fault;
            }

            lock (_gate)
            {
                _service.Disconnected();
            }

            Moved();
        }
    }

    public void Check()
    {
        foreach (var (id, from, group) in _written)
        {
            if (!_inBook.Contains(id))
            {
                throw new Violation(Promises.NothingLost, id);
            }

            var readers = group is null ? from.Account.Devices.Concat(_service.Own.Devices) : group.Members.SelectMany(member => member.Devices);
            if (readers.FirstOrDefault(device => !device.Shown.Contains("R" + id)) is { } without)
            {
                throw new Violation(Promises.Readable, $"R{id} by {without}{(without.Waiting.Contains("R" + id) ? ", which waits for it" : "")}");
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    public override string ToString() =>
        $"{_budget} to be written, {_service.Mailbox.Count} unanswered ({_service.Mailbox.Stanzas.Select(stanza => stanza.Tag + " " + stanza["id"]).FirstOrDefault()}), {_written.Count(item => !_inBook.Contains("D" + item.Id))} without reply, active {_service.IsActive}";

    private bool HasInBook(string id)
    {
        lock (_gate)
        {
            return _inBook.Contains(id);
        }
    }

    private async Task ServeOneAsync(Socket socket, CancellationToken cancellationToken)
    {
        socket.NoDelay = true;
        await using var frames = FrameChannel.ForServer(new TcpBytes(socket, _ => { }));
        var channel = (await NoiseResponder.AcceptAsync(frames, _certificates, _chance, cancellationToken)).Channel;
        var link = new SimLink { Written = (_, _) => { } };
        lock (_gate)
        {
            _service.Connected(link);
        }

        while (true)
        {
            await FlushAsync(channel, link, cancellationToken);
            Moved();
            if (await channel.ReceiveAsync(cancellationToken) is not { } stanza)
            {
                return;
            }

            Take(stanza);
        }
    }

    private void Take(Node stanza)
    {
        lock (_gate)
        {
            if (stanza.Tag == "receipt" && stanza["type"] == "inactive" && !_inBook.Contains(stanza["id"]!))
            {
                WaitForBook(stanza["id"]!);
            }

            _service.Wiretap.Hear(stanza, NodeEncoder.Encode(stanza));
            _service.Take(stanza);
            while (_service.Devices.FirstOrDefault(device => device.Inbox.Count > 0) is { } device)
            {
                device.Read();
            }

            if (_budget > 0 && _service.IsActive && _chance.Chance(0.6))
            {
                SomebodyWrites();
            }
        }
    }

    /// <summary>The line that the host has stored a message travels by another way than the receipt for it: they may pass each other.</summary>
    private void WaitForBook(string id)
    {
        if (File.ReadLines(Book).Any(line => line.StartsWith($"E {id} ", StringComparison.Ordinal)))
        {
            _inBook.Add(id);
        }
    }

    private string Book { get; set; } = "";

    private async Task FlushAsync(NodeChannel channel, SimLink link, CancellationToken cancellationToken)
    {
        while (true)
        {
            Node stanza;
            lock (_gate)
            {
                if (link.ToClient.First is not { } first)
                {
                    return;
                }

                stanza = first.Value.Stanza;
                link.ToClient.RemoveFirst();
            }

            await channel.SendAsync(stanza, cancellationToken);
        }
    }

    private void SomebodyWrites()
    {
        _budget--;
        var device = _chance.Pick(_chance.Pick(_service.Accounts).Devices);
        var group = _chance.Chance(0.5) ? _service.Groups[0] : null;
        var id = _service.NewId(group is null ? "P" : "G");
        _written.Add((id, device, group));
        _service.Push(group is null ? device.SendDirect(id, $"text {id}", isPoison: false) : device.SendToGroup(group, id, $"text {id}"));
    }

    private void MakePeople()
    {
        _service.Own.Devices.Add(new PeerDevice(_service, _service.Own, 0, []));
        var group = new SimGroup(new Jid("120363000000000001", JidServers.Group), byLid: true);
        group.Members.Add(_service.Own);
        for (var i = 0; i < 3; i++)
        {
            var account = new Account($"{101 + i:000000}", isMigrated: i == 0);
            _service.Accounts.Add(account);
            group.Members.Add(account);
            for (ushort number = 0; number <= i % 2; number++)
            {
                account.Devices.Add(new PeerDevice(_service, account, number, []));
            }
        }

        _service.Groups.Add(group);
    }

    /// <summary>A store with a linked client, as after the first pairing.</summary>
    private void Link(string folder)
    {
        Book = Path.Combine(folder, "book.txt");
        var database = SqliteSessionDatabase.Open(folder, new OpenProtector());
        var upload = database.RunAsync("test", store =>
        {
            var now = TimeProvider.System.GetUtcNow();
            store.Device.Create(_chance, now);
            store.Device.SavePaired(new PairedAccount(SimService.BotPhone, SimService.BotLid, [1, 2, 3], new byte[32], null, null, LidMigrated: true), now);
            var keys = store.PreKeys.TakeForUpload(FirstKeys, _chance);
            store.PreKeys.MarkUploaded(keys.Select(key => key.Id));
            store.Device.MarkPreKeysUploaded(now);
            return PreKeyStanzas.Upload(store.Device.Required.Own, store.SignedPreKeys.Load(SignedPreKeyTable.FirstId)!, keys);
        }).GetAwaiter().GetResult();
        database.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _service.Keys.Upload(upload);
    }
}
