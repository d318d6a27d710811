using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using WhatsApp.Tests.Connection;
using WhatsApp.Wire.Resolving;

namespace WhatsApp.Tests.Wire;

/// <summary>The whole client over real sockets, on a clock that stands still unless the test gives another.</summary>
internal sealed class NetworkBed : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private readonly string _folder;
    private bool _closed;

    private NetworkBed(WhatsAppClient client, TestClock clock, string folder)
    {
        (Client, Clock, _folder) = (client, clock, folder);
        _run = client.RunAsync(_stop.Token);
    }

    /// <summary>Like no other time span of the client, so that a test can tell which timer it lets run out.</summary>
    public static IReadOnlyList<TimeSpan> Waits { get; } = [.. new[] { 7, 11, 13, 17 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    public WhatsAppClient Client { get; }

    public TestClock Clock { get; }

    /// <summary>Real addresses, no fallback servers, waits without chance.</summary>
    public static WhatsAppClientOptions Options(Uri endpoint, Func<string, IPAddress[]> system) => new()
    {
        StorageFolder = Path.Combine(Path.GetTempPath(), "network-" + Guid.NewGuid().ToString("N")),
        Endpoint = endpoint,
        Protector = new TestProtector(),
        SystemLookup = system,
        FallbackDns = [],
        VersionSource = new NoVersions(), // it would ask names and open connections of its own
        Reconnect = new ReconnectOptions { Jitter = 0, Waits = Waits },
    };

    public static HostResolver Resolver(Func<string, IPAddress[]> system) =>
        new(new SystemLookup(system), [], new AddressMemory(), new ResolverLimits(), TimeProvider.System, new SystemRandomSource());

    /// <summary>Opens and runs a client.</summary>
    public static async Task<NetworkBed> StartAsync(WhatsAppClientOptions options, TestClock? clock = null)
    {
        clock ??= new TestClock();
        options = options with { Time = clock };
        return new NetworkBed(await WhatsAppClient.OpenAsync(options, NullLoggerFactory.Instance, CancellationToken.None), clock, options.StorageFolder);
    }

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

    public async Task CloseAsync()
    {
        _closed = true;
        await Client.DisposeAsync();
        await _run.WaitAsync(Patience.Limit);
        Directory.Delete(_folder, recursive: true);
        _stop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_closed)
        {
            await CloseAsync();
        }
    }

    private sealed class NoVersions : WhatsApp.Login.IVersionSource
    {
        public Task<uint> ReadAsync(CancellationToken cancellationToken) => Task.FromException<uint>(new IOException("There is no script."));
    }
}
