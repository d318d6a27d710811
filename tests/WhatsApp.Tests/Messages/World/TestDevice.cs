using Microsoft.Extensions.Logging.Abstractions;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Messages;
using WhatsApp.Store;
using WhatsApp.Supervision;

namespace WhatsApp.Tests.Messages.World;

/// <summary>One device with the real messaging parts over a real store in a folder of its own; only the connection is not real.</summary>
internal sealed class TestDevice : IStanzaSender, IAsyncDisposable
{
    private readonly TestService _service;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("messaging-");
    private SessionServices _services = null!;

    private TestDevice(TestService service, Jid phone, Jid lid) => (_service, Phone, Lid) = (service, phone, lid);

    /// <summary>Own names with the device number.</summary>
    public Jid Phone { get; }

    public Jid Lid { get; }

    public MessagingFeatures Messaging { get; private set; } = null!;

    /// <summary>Everything this device has written to the service, oldest first.</summary>
    public List<Node> Written { get; } = [];

    /// <summary>Everything the service has delivered to this device.</summary>
    public List<Node> Delivered { get; } = [];

    /// <summary>Off for runs so long that what was said must not pile up.</summary>
    public bool Remembers { get; set; } = true;

    /// <summary>The folder of the store.</summary>
    public string Folder => _folder.FullName;

    public bool IsConnected { get; set; } = true;

    public ISessionDatabase Database => _services.Database;

    public WhatsAppMetrics Metrics => _services.Metrics;

    public PacingOptions Pacing { get; set; } = PacingOptions.None;

    /// <summary>Called with the name of each fail point.</summary>
    public Action<string>? Probe { get; set; }

    public static async Task<TestDevice> CreateAsync(TestService service, Jid phone, Jid lid)
    {
        var device = new TestDevice(service, phone, lid);
        device.Open();
        await device.Database.RunAsync("made", store =>
        {
            var account = service.AccountOf(phone);
            var made = store.Device.Create(phone.Device == 0 ? new IdentityGiver(account, service.Random) : service.Random, service.Time.GetUtcNow());
            store.Device.SavePaired(new PairedAccount(phone, lid, TestAccount.Vouch(account, made, service.Random), account.Public, null, null, LidMigrated: true), service.Time.GetUtcNow());
            store.Identities.Save(store.Lids.PeerOf(phone).Device(0), account.Public);
        });
        await device.LogInAsync();
        return device;
    }

    public ValueTask SendAsync(Node stanza, CancellationToken cancellationToken) =>
        IsConnected ? _service.TakeAsync(this, Copy(stanza)) : throw new NotConnectedException();

    public Task<Node> RequestAsync(Node iq, CancellationToken cancellationToken) =>
        IsConnected ? _service.AnswerAsync(this, Copy(iq)) : throw new NotConnectedException();

    /// <summary>The service hands over a stanza, through the codec, as the connection would.</summary>
    public async Task ReceiveAsync(Node stanza)
    {
        var copy = Copy(stanza);
        if (Remembers)
        {
            Delivered.Add(copy);
        }

        var route = _services.Router.Find(copy) ?? throw new InvalidOperationException($"Nobody knows {copy}.");
        await route.Handler(copy, CancellationToken.None);
        if (route.Reply == StanzaReply.RouterAcks && Remembers)
        {
            Written.Add(StanzaAcks.Ack(copy));
        }
    }

    public async Task LogInAsync(bool drain = true)
    {
        IsConnected = true;
        foreach (var moment in _services.Moments.LoggedIn)
        {
            await moment(CancellationToken.None);
        }

        if (drain)
        {
            await EndOfflineQueueAsync();
        }
    }

    /// <summary>The service has nothing more that it kept for this device.</summary>
    public async Task EndOfflineQueueAsync()
    {
        foreach (var moment in _services.Moments.OfflineDrained)
        {
            await moment(CancellationToken.None);
        }
    }

    /// <summary>The process dies and starts again over the same folder. Not logged in yet.</summary>
    public async Task RestartAsync()
    {
        await _services.Background.DisposeAsync();
        await Database.DisposeAsync();
        IsConnected = false;
        Open();
    }

    public Task<IReadOnlyList<T>> EventsAsync<T>()
        where T : InboundEvent => EventsAsync<T>(acknowledge: false);

    /// <summary>The events of one kind the host has not acknowledged yet.</summary>
    public async Task<IReadOnlyList<T>> EventsAsync<T>(bool acknowledge)
        where T : InboundEvent
    {
        var count = await Database.RunAsync("test", store => store.Inbound.Waiting(0, 10_000).Count);
        var events = new List<T>();
        if (count == 0)
        {
            return events;
        }

        await foreach (var item in Messaging.Events.ReadAsync(CancellationToken.None))
        {
            if (item is T wanted)
            {
                events.Add(wanted);
            }

            if (acknowledge)
            {
                await Messaging.Events.AcknowledgeAsync(item.Position, CancellationToken.None);
            }

            if (--count == 0)
            {
                break;
            }
        }

        return events;
    }

    /// <summary>Returns when nothing goes on beside the reader.</summary>
    public Task IdleAsync() => _services.Background.IdleAsync().WaitAsync(TimeSpan.FromSeconds(60));

    public Task<DateTimeOffset> SayAsync(Jid chat, string text, string id) =>
        Messaging.SendTextAsync(new ChatHandle(chat), new OutgoingText(text), id, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _services.Background.DisposeAsync();
        await Database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static Node Copy(Node node) => NodeDecoder.Decode(NodeEncoder.Encode(node));

    private void Open()
    {
        var options = new WhatsAppClientOptions { StorageFolder = _folder.FullName, Protector = new OpenProtector(), Random = _service.Random, Time = _service.Time, Pacing = Pacing, Media = _service.Media };
        _services = new SessionServices(
            options,
            SqliteSessionDatabase.Open(_folder.FullName, new OpenProtector(), name => Probe?.Invoke(name)),
            this,
            new StanzaRouter(),
            new StatusBoard(),
            new SessionMoments(),
            new BackgroundWork(NullLogger<BackgroundWork>.Instance),
            NullLoggerFactory.Instance);
        Messaging = new MessagingFeatures(_services);
    }
}
