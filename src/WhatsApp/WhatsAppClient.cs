using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Diagnostics;
using WhatsApp.History;
using WhatsApp.Login;
using WhatsApp.Pairing;
using WhatsApp.Store;
using WhatsApp.Supervision;
using WhatsApp.Wire;
using WhatsApp.Wire.Resolving;

namespace WhatsApp;

/// <summary>The client of the service.</summary>
public sealed partial class WhatsAppClient : IWhatsAppClient
{
    private readonly SessionServices _services;
    private readonly ConnectionSlot _slot;
    private readonly Supervisor _supervisor;
    private readonly PreKeySupply _preKeys;
    private readonly VersionKeeper _versions;
    private readonly LinkingDesk _linking = new();
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposing = new();
    private Task _run = Task.CompletedTask;

    private WhatsAppClient(WhatsAppClientOptions options, ISessionDatabase database, IStanzaConnector connector, ILoggerFactory loggers)
    {
        _slot = new ConnectionSlot();
        _logger = loggers.CreateLogger<WhatsAppClient>();
        _services = new SessionServices(
            options, database, _slot, new StanzaRouter(), new StatusBoard(), new SessionMoments(), new BackgroundWork(loggers.CreateLogger<BackgroundWork>()), loggers);
        var metrics = _services.Metrics;
        _preKeys = new PreKeySupply(database, options.Time, options.Random, metrics, loggers.CreateLogger<PreKeySupply>());
        var keepalive = new Keepalive(options.Time, options.Random, metrics, loggers.CreateLogger<Keepalive>());
        var care = new KeyCare(database, _preKeys, options.Time, options.Random, loggers.CreateLogger<KeyCare>());
        var parts = new ConversationParts(
            new StanzaDispatcher(metrics, loggers.CreateLogger<StanzaDispatcher>()),
            new LoginDuties(_services, _slot, _preKeys, care, keepalive, loggers.CreateLogger<LoginDuties>()),
            new InfoBroadcasts(_services, loggers.CreateLogger<InfoBroadcasts>()),
            new PairingFlow(_services, loggers.CreateLogger<PairingFlow>()),
            _linking,
            keepalive);
        var attempt = new SessionAttempt(_services, connector, _slot, parts);
        _versions = new VersionKeeper(options.VersionSource, database, options.Time, loggers.CreateLogger<VersionKeeper>());
        _supervisor = new Supervisor(options, database, _services.Status, attempt.RunAsync, _versions, loggers.CreateLogger<Supervisor>());
        _services.Router.Add("notification", "encrypt", PreKeysAreLowAsync, StanzaReply.RouterAcks, child: "count");
        ComposeMessaging();
    }

    /// <summary>Opens the session's store, making it at the first use. Does not connect: see <see cref="RunAsync"/>.</summary>
    /// <param name="options">How.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SessionStoreException">Another process holds the store, it is damaged, or its keys cannot be read.</exception>
    public static async Task<WhatsAppClient> OpenAsync(WhatsAppClientOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        var database = await SqliteSessionDatabase.OpenAsync(options.StorageFolder, options.Protector, options.Probe, cancellationToken).ConfigureAwait(false);
        var resolver = HostResolver.Create(options, new AddressFile(Path.Combine(options.StorageFolder, "addresses.txt")));
        if (options.Dialer is null && options.Media is null)
        {
            options = options with { Media = new HttpMediaSource(options.Endpoint, options.Authorities, resolver) };
        }

        if (options.Dialer is null && options.VersionSource is null)
        {
            options = options with { VersionSource = new HttpVersionSource(options.VersionPage ?? HttpVersionSource.PageOf(options.Endpoint), resolver, options.Authorities) };
        }

        var dialer = options.Dialer ?? new WebSocketDialer(
            options.Endpoint,
            resolver,
            options.Time,
            options.Authorities,
            loggers.CreateLogger<WebSocketDialer>());
        return await ComposeAsync(options, database, new NoiseConnector(dialer, options, database, loggers.CreateLogger<NoiseConnector>()), loggers, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The client over any store and any way to the service.</summary>
    internal static async Task<WhatsAppClient> ComposeAsync(
        WhatsAppClientOptions options, ISessionDatabase database, IStanzaConnector connector, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var client = new WhatsAppClient(options, database, connector, loggers);
        await client.RecallAsync(cancellationToken).ConfigureAwait(false);
        return client;
    }

    /// <inheritdoc />
    public SessionStatus Status => _services.Status.Current;

    /// <summary>For tests: what the seams between features are built on.</summary>
    internal SessionServices Services => _services;

    internal WhatsAppMetrics Counters => _services.Metrics;

    /// <inheritdoc />
    public Task<SessionStatus> WaitForStatusChangeAsync(SessionStatus known, CancellationToken cancellationToken) =>
        _services.Status.WaitForChangeAsync(known, cancellationToken);

    /// <inheritdoc />
    public Task RunAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposing.IsCancellationRequested, this);
        var run = RunLinkedAsync(cancellationToken);
        if (!run.IsFaulted)
        {
            _run = run; // a refused second call must not hide the first
        }

        return run;
    }

    /// <inheritdoc />
    public Task WriteFlightRecordAsync(Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return FlightRecord.WriteAsync(_services.Recorder, destination, _services.Options.Time.GetUtcNow(), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_disposing.IsCancellationRequested)
        {
            return;
        }

        await _disposing.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its caller has the fault
        _messaging.Close();
        await _services.Background.DisposeAsync().ConfigureAwait(false);
        await _services.Database.DisposeAsync().ConfigureAwait(false);
        _preKeys.Dispose();
        (_services.Options.Media as IDisposable)?.Dispose();
        _services.Metrics.Dispose();
    }

    /// <summary>Who we are is known before the first connection. And a link that was removed is still removed after a restart: the host may have died between the commit and hearing of it.</summary>
    private async Task RecallAsync(CancellationToken cancellationToken)
    {
        var (device, loggedOut) = await _services.Database.RunAsync(
            "device-read",
            store => (store.Device.Current, LoggedOut: store.Device.Current is not { IsPaired: true } && store.Device.Quarantined.Count > 0),
            cancellationToken).ConfigureAwait(false);
        _services.Status.Change(status => status with
        {
            OwnPhone = device?.OwnPhone?.Bare,
            OwnLid = device?.OwnLid?.Bare,
            LastFault = loggedOut ? new SessionFault(SessionFaultReason.LoggedOut) : status.LastFault,
        });
    }

    private async Task RunLinkedAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        if (_services.Options.VersionSource is not null)
        {
            _services.Background.Run("client version", _versions.RefreshIfOldAsync);
        }

        await _supervisor.RunAsync(either.Token).ConfigureAwait(false);
    }

    private Task PreKeysAreLowAsync(Node notification, CancellationToken cancellationToken)
    {
        _services.Background.Run("prekeys", async token =>
        {
            if (_slot.Current is { } connection)
            {
                await _preKeys.EnsureAsync(connection, PreKeySupply.FewAtNotice, token).ConfigureAwait(false);
            }
        });
        return Task.CompletedTask;
    }
}
