using Microsoft.Extensions.Logging.Abstractions;
using WhatsApp;
using WhatsApp.Wire;

namespace Sandbox.Tests.Service;

/// <summary>Our own client against a world's endpoint.</summary>
internal sealed class LoopbackClient : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "wabot-client-" + Guid.NewGuid().ToString("N"));
    private readonly CancellationTokenSource _stop = new();
    private readonly List<InboundEvent> _events = [];
    private WhatsAppClient? _client;
    private Task _running = Task.CompletedTask, _reading = Task.CompletedTask;

    private LoopbackClient()
    {
    }

    public WhatsAppClient Client => _client!;

    public static async Task<LoopbackClient> StartAsync(TestWorld test, bool secure = false, bool trusting = true)
    {
        var made = new LoopbackClient();
        made._client = await WhatsAppClient.OpenAsync(
            new WhatsAppClientOptions
            {
                StorageFolder = made._folder,
                Endpoint = secure ? test.World.SecureEndpoint : test.World.Endpoint,
                Authorities = secure && trusting ? [test.World.Authority] : null,
                Protector = new Unprotected(),
                TrustRoot = new NoiseTrustRoot(test.World.TrustRoot),
                Pacing = PacingOptions.None,
                Reconnect = new ReconnectOptions { Waits = [TimeSpan.FromMilliseconds(50)] },
            },
            NullLoggerFactory.Instance,
            TestWorld.Ct);
        made._running = made._client.RunAsync(made._stop.Token);
        made._reading = made.ReadAsync();
        return made;
    }

    /// <summary>After a halt.</summary>
    public async Task RunAgainAsync()
    {
        await _running;
        _running = Client.RunAsync(_stop.Token);
    }

    public async Task<SessionStatus> UntilAsync(Func<SessionStatus, bool> fits)
    {
        var status = Client.Status;
        while (!fits(status))
        {
            status = await Client.WaitForStatusChangeAsync(status, TestWorld.Ct).WaitAsync(TimeSpan.FromSeconds(20), TestWorld.Ct);
        }

        return status;
    }

    /// <summary>Waits for the event on the far side of a real socket.</summary>
    public async Task<T> EventAsync<T>(Func<T, bool> fits)
        where T : InboundEvent
    {
        for (var tries = 0; tries < 400; tries++)
        {
            lock (_events)
            {
                if (_events.OfType<T>().FirstOrDefault(fits) is { } found)
                {
                    return found;
                }
            }

            await Task.Delay(50, TestWorld.Ct);
        }

        throw new TimeoutException($"No such {typeof(T).Name} within 20 s.");
    }

    public int CountOf<T>(Func<T, bool> fits)
        where T : InboundEvent
    {
        lock (_events)
        {
            return _events.OfType<T>().Count(fits);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Client.DisposeAsync();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ReadAsync()
    {
        await foreach (var item in Client.ReadEventsAsync(_stop.Token))
        {
            await Client.AcknowledgeAsync(item, _stop.Token);
            lock (_events)
            {
                _events.Add(item);
            }
        }
    }

    internal sealed class Unprotected : ISecretProtector
    {
        public byte[] Protect(ReadOnlySpan<byte> plain, string purpose) => plain.ToArray();

        public byte[] Unprotect(ReadOnlySpan<byte> cipher, string purpose) => cipher.ToArray();
    }
}
