using Microsoft.Extensions.Logging.Abstractions;
using Sandbox.Phones;
using Sandbox.Service;
using WhatsApp;
using WhatsApp.Wire;

namespace Interop.Tests.Peers;

/// <summary>Our own client, paired as a companion of a simulated phone; keeps and acknowledges every event. It can be ended and begun again on the same folder.</summary>
internal sealed class OurClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WhatsAppClientOptions _options;
    private readonly Lock _gate = new();
    private readonly List<InboundEvent> _events = [];
    private TaskCompletionSource _more = New();
    private WhatsAppClient? _client;
    private CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private Task _reading = Task.CompletedTask;

    private OurClient(WhatsAppClientOptions options) => _options = options;

    public bool IsAway => _client is null;

    private WhatsAppClient Client => _client ?? throw new InvalidOperationException("Our client is away.");

    public static async Task<OurClient> PairAsync(SimulatedWorld world, Phone phone, string folder, CancellationToken cancellationToken)
    {
        var ours = new OurClient(new WhatsAppClientOptions { StorageFolder = folder, Endpoint = world.Endpoint, Protector = new PlainProtector(), TrustRoot = new NoiseTrustRoot(world.TrustRoot), Pacing = PacingOptions.None });
        await ours.OpenAsync(cancellationToken);
        var status = await ours.UntilAsync(status => status.PairingQr is not null, cancellationToken);
        Assert.Equal(ScanOutcome.Linked, await phone.ScanAsync(status.PairingQr!, cancellationToken));
        await ours.UntilDrainedAsync(cancellationToken);
        return ours;
    }

    /// <summary>Ends the client as at the end of its process. Nothing reaches it until <see cref="ReturnAsync"/>.</summary>
    public async Task GoAwayAsync()
    {
        await _stopping.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        await _reading;
        await Client.DisposeAsync();
        _stopping.Dispose();
        _client = null;
    }

    /// <summary>Begins again on the same folder; returns when all that waited has come.</summary>
    public async Task ReturnAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        await UntilDrainedAsync(cancellationToken);
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

    /// <summary>Every text so far, as often as it came.</summary>
    public IReadOnlyList<string> Texts()
    {
        lock (_gate)
        {
            return [.. _events.OfType<MessageReceived>().Select(item => item.Text).OfType<string>()];
        }
    }

    public int Count(string text) => Texts().Count(item => item == text);

    public async Task<string> SendAsync(Jid chat, string text, CancellationToken cancellationToken) =>
        await SendAsync(await Client.FindChatAsync(chat, cancellationToken) ?? throw new InvalidOperationException("Our client may not write to this chat."), text, cancellationToken);

    /// <summary>Sends to a chat nobody has opened for us, which only a test can.</summary>
    public Task<string> SendFirstAsync(Jid person, string text, CancellationToken cancellationToken) => SendAsync(new ChatHandle(person), text, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await GoAwayAsync();
        }
    }

    private async Task<string> SendAsync(ChatHandle chat, string text, CancellationToken cancellationToken)
    {
        var id = Client.NewMessageId();
        await Client.SendTextAsync(chat, new OutgoingText(text), id, cancellationToken);
        return id;
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        _client = await WhatsAppClient.OpenAsync(_options, NullLoggerFactory.Instance, cancellationToken);
        _stopping = new CancellationTokenSource();
        _running = _client.RunAsync(_stopping.Token);
        _reading = ReadAsync(_client, _stopping.Token);
    }

    private Task<SessionStatus> UntilDrainedAsync(CancellationToken cancellationToken) =>
        UntilAsync(status => status is { Phase: SessionPhase.LoggedIn, OfflineQueueDrained: true }, cancellationToken);

    private async Task<SessionStatus> UntilAsync(Func<SessionStatus, bool> holds, CancellationToken cancellationToken)
    {
        var status = Client.Status;
        while (!holds(status))
        {
            status = await Client.WaitForStatusChangeAsync(status, cancellationToken).WaitAsync(Patience, cancellationToken);
        }

        return status;
    }

    private async Task ReadAsync(WhatsAppClient client, CancellationToken stopping)
    {
        try
        {
            await foreach (var item in client.ReadEventsAsync(stopping))
            {
                TaskCompletionSource more;
                lock (_gate)
                {
                    _events.Add(item);
                    (more, _more) = (_more, New());
                }

                more.SetResult();

                // Kept here means kept: a stop between the two must not bring it again.
                await client.AcknowledgeAsync(item, CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // it goes away
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
