using Microsoft.Extensions.Logging.Abstractions;
using WhatsApp.Store;

namespace WhatsApp.Tests.Connection;

/// <summary>A client in a folder of its own against a scripted service, on a clock that stands still.</summary>
internal sealed class SessionBed : IAsyncDisposable
{
    public static readonly Jid OwnPhone = new("628000000001", JidServers.Phone, 7);
    public static readonly Jid OwnLid = new("100000000000001", JidServers.Lid, 7);

    private readonly TestFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private WhatsAppClient? _client;
    private Task _run = Task.CompletedTask;

    public SessionBed() => Service = new ScriptedService(Clock);

    public TestClock Clock { get; } = new();

    public ScriptedService Service { get; }

    public Action<string>? Probe { get; set; }

    /// <summary>Whom the client trusts; the service's own root unless set.</summary>
    public WhatsApp.Wire.NoiseTrustRoot? TrustRoot { get; set; }

    /// <summary>Where the client reads its version; nowhere unless set.</summary>
    public Login.VersionTests.Source Versions { get; init; } = null!;

    public ReconnectOptions Reconnect { get; set; } = new() { Jitter = 0 };

    public WhatsAppClient Client => _client ?? throw new InvalidOperationException("Not open.");

    public ISessionDatabase Database => Client.Services.Database;

    public async Task<WhatsAppClient> OpenAsync()
    {
        var options = new WhatsAppClientOptions
        {
            StorageFolder = _folder.Path,
            Protector = new TestProtector(),
            Time = Clock,
            Dialer = Service,
            VersionSource = Versions,
            TrustRoot = TrustRoot ?? Service.TrustRoot,
            Probe = name => Probe?.Invoke(name),
            Reconnect = Reconnect,
            Pacing = PacingOptions.None,
        };
        return _client = await WhatsAppClient.OpenAsync(options, NullLoggerFactory.Instance, CancellationToken.None);
    }

    /// <summary>Open, with a device that is paired already, and running.</summary>
    public async Task<WhatsAppClient> StartPairedAsync(Action<WhatsAppClient>? prepare = null)
    {
        await OpenAsync();
        await Database.RunAsync("test", store =>
        {
            store.Device.Create(new SystemRandomSource(), Clock.GetUtcNow());
            store.Device.SavePaired(new PairedAccount(OwnPhone, OwnLid, [1], new byte[32], "android", null, LidMigrated: true), Clock.GetUtcNow());
            store.Device.MarkPreKeysUploaded(Clock.GetUtcNow());
        });
        prepare?.Invoke(Client);
        _ = Run(); // kept in _run
        return Client;
    }

    public Task Run() => _run = Client.RunAsync(_stop.Token);

    public Task RunEnded => _run.WaitAsync(Patience.Limit);

    /// <summary>Waits until the status is such a one.</summary>
    public async Task<SessionStatus> UntilAsync(Func<SessionStatus, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        var status = Client.Status;
        while (!wanted(status))
        {
            try
            {
                status = await Client.WaitForStatusChangeAsync(status, limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Still {status}, {status.FailuresInARow} failures.");
            }
        }

        return status;
    }

    public Task<SessionStatus> UntilAsync(SessionPhase phase) => UntilAsync(status => status.Phase == phase);

    /// <summary>Accepts the next connection and logs it in.</summary>
    public async Task<ScriptedConnection> LoggedInAsync(bool drain = true)
    {
        var connection = await Service.AcceptAsync();
        await connection.LogInAsync(drain: drain);
        await UntilAsync(SessionPhase.LoggedIn);
        return connection;
    }

    /// <summary>Ends the client as a stop of the process would, and keeps the folder.</summary>
    public async Task CloseAsync()
    {
        await Client.DisposeAsync();
        await _run.WaitAsync(Patience.Limit);
        _client = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await CloseAsync();
        }

        _stop.Dispose();
        _folder.Dispose();
    }
}
