using Microsoft.Extensions.Logging.Abstractions;
using Sandbox.Phones;
using Sandbox.Service;
using WhatsApp;

namespace Interop.Tests.Peers;

/// <summary>Our own client, paired as a companion of a simulated phone; keeps and acknowledges every event.</summary>
internal sealed class OurClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stopping = new();
    private readonly WhatsAppClient _client;
    private readonly Task _running;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private readonly List<InboundEvent> _events = [];
    private TaskCompletionSource _more = New();

    private OurClient(WhatsAppClient client)
    {
        _client = client;
        _running = client.RunAsync(_stopping.Token);
        _reading = ReadAsync();
    }

    public IWhatsAppClient Client => _client;

    public static async Task<OurClient> PairAsync(SimulatedWorld world, Phone phone, string folder, CancellationToken cancellationToken)
    {
        var options = new WhatsAppClientOptions { StorageFolder = folder, Endpoint = world.Endpoint, Protector = new PlainProtector(), TrustRoot = new WhatsApp.Wire.NoiseTrustRoot(world.TrustRoot) };
        var ours = new OurClient(await WhatsAppClient.OpenAsync(options, NullLoggerFactory.Instance, cancellationToken));
        var status = await ours.UntilAsync(status => status.PairingQr is not null, cancellationToken);
        Assert.Equal(ScanOutcome.Linked, await phone.ScanAsync(status.PairingQr!, cancellationToken));
        await ours.UntilAsync(status => status.Phase == SessionPhase.LoggedIn && status.OfflineQueueDrained, cancellationToken);
        return ours;
    }

    /// <summary>The first event of a kind that fits, waiting for it if need be.</summary>
    public async Task<T> EventAsync<T>(Func<T, bool> fits, CancellationToken cancellationToken)
        where T : InboundEvent
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_events.OfType<T>().FirstOrDefault(fits) is { } found)
                {
                    return found;
                }

                more = _more.Task;
            }

            await more.WaitAsync(Patience, cancellationToken);
        }
    }

    public Task<MessageReceived> TextAsync(string text, CancellationToken cancellationToken) => EventAsync<MessageReceived>(item => item.Text == text, cancellationToken);

    public int Count(string text)
    {
        lock (_gate)
        {
            return _events.OfType<MessageReceived>().Count(item => item.Text == text);
        }
    }

    public async Task<string> SendAsync(Jid chat, string text, CancellationToken cancellationToken)
    {
        var handle = await _client.FindChatAsync(chat, cancellationToken);
        Assert.NotNull(handle);
        var id = _client.NewMessageId();
        await _client.SendTextAsync(handle, new OutgoingText(text), id, cancellationToken);
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        await _reading;
        await _client.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task<SessionStatus> UntilAsync(Func<SessionStatus, bool> holds, CancellationToken cancellationToken)
    {
        var status = _client.Status;
        while (!holds(status))
        {
            status = await _client.WaitForStatusChangeAsync(status, cancellationToken).WaitAsync(Patience, cancellationToken);
        }

        return status;
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var item in _client.ReadEventsAsync(_stopping.Token))
            {
                TaskCompletionSource more;
                lock (_gate)
                {
                    _events.Add(item);
                    (more, _more) = (_more, New());
                }

                more.SetResult();
                await _client.AcknowledgeAsync(item, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // the test is over
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The store's own tests prove sealing; here the columns stay as they are.</summary>
    private sealed class PlainProtector : ISecretProtector
    {
        public byte[] Protect(ReadOnlySpan<byte> plain, string purpose) => plain.ToArray();

        public byte[] Unprotect(ReadOnlySpan<byte> cipher, string purpose) => cipher.ToArray();
    }
}
