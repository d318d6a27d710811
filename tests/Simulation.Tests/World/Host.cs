using WhatsApp;

namespace Simulation.Tests.World;

/// <summary>A message the host wants sent, until it knows the outcome.</summary>
internal sealed class Outgoing(string id, Jid chat, string text)
{
    public string Id { get; } = id;

    public Jid Chat { get; } = chat;

    public string Text { get; } = text;

    public bool IsSending { get; set; }

    public int Refusals { get; set; }

    public bool IsDone { get; set; }

    /// <summary>Who has to be able to read it, by account and device number.</summary>
    public IReadOnlyList<(Account Account, ushort Device)>? Readers { get; set; }

    /// <summary>Devices of former members, who must not be able to read it unless they come back.</summary>
    public IReadOnlyList<PeerDevice> Strangers { get; set; } = [];

    /// <summary>Devices that were unlinked, which must never be able to read it.</summary>
    public IReadOnlyList<PeerDevice> Unlinked { get; set; } = [];
}

/// <summary>
/// A bot's host as the design wants it: an inbox that is unique by message, the acknowledgement only after that is stored, and an outbox
/// that sends again under the same id until the outcome is known. The books outlive the process; the loops do not.
/// </summary>
internal sealed class Host
{
    private const int MostRefusals = 4;
    private const int MostAtOnce = 6;

    private readonly Dictionary<string, long> _inbox = [];
    private readonly HashSet<string> _acknowledged = [];
    private TaskCompletionSource? _disk;

    public List<Outgoing> Outbox { get; } = [];

    /// <summary>Ids of the messages the host has shown, in order.</summary>
    public List<string> Shown { get; } = [];

    /// <summary>The next message to send; null when there is none, or enough are under way.</summary>
    public Outgoing? Next => Outbox.Count(message => message.IsSending) < MostAtOnce ? Outbox.Find(message => message is { IsDone: false, IsSending: false }) : null;

    public bool WaitsForDisk => _disk is { Task.IsCompleted: false };

    /// <summary>A promise the host saw broken; told to the history, which runs on another stack.</summary>
    public Exception? Fault { get; private set; }

    public bool HasAcknowledged(string id) => _acknowledged.Contains(id);

    public bool HasShown(string id) => _inbox.ContainsKey(id);

    /// <summary>What the host was writing is on its disk.</summary>
    public void Stored() => _disk!.TrySetResult();

    public void LoseProcess()
    {
        _disk = null;
        foreach (var message in Outbox)
        {
            message.IsSending = false;
        }
    }

    public async Task ListenAsync(WhatsAppClient client)
    {
        try
        {
            await foreach (var item in client.ReadEventsAsync(CancellationToken.None))
            {
                if (item is MessageReceived message)
                {
                    await StoreAsync(message);
                    _acknowledged.Add(message.Id);
                }

                await client.AcknowledgeAsync(item, CancellationToken.None);
            }
        }
#pragma warning disable CA1031 // Whatever it is, the history has to hear of it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Fault ??= fault;
        }
    }

    public async Task SendAsync(WhatsAppClient client, Outgoing message)
    {
        message.IsSending = true;
        try
        {
            await client.SendTextAsync(new ChatHandle(message.Chat), new OutgoingText(message.Text), message.Id, CancellationToken.None);
            message.IsDone = true;
        }
        catch (Exception fault) when (fault is NotConnectedException or TimeoutException or SessionStoreException || (fault is ServerRefusedException && ++message.Refusals < MostRefusals))
        {
            // not known to have arrived, or not possible just now: again under the same id, later
        }
#pragma warning disable CA1031 // Whatever it is, the history has to hear of it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Fault ??= fault;
        }

        message.IsSending = false;
    }

    private async Task StoreAsync(MessageReceived message)
    {
        if (_inbox.TryGetValue(message.Id, out var position))
        {
            if (position != message.Position)
            {
                throw new Violation(Promises.NoneTwice, message.Id);
            }

            return;
        }

        _disk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _disk.Task;
        _inbox.Add(message.Id, message.Position);
        Shown.Add(message.Id);
    }
}
