using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using WhatsApp;

namespace WaBot.Tests.Support;

/// <summary>The session's side of the contract, kept in memory: durable events until acknowledged, chats only after a message, one roster per group.</summary>
internal sealed class FakeWhatsApp : IWhatsAppClient
{
    private readonly Lock gate = new();
    private readonly List<InboundEvent> pending = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SessionStatus status = new(SessionPhase.Stopped);
    private int ids;

    public ConcurrentQueue<(string Chat, string Text, string Id)> Sent { get; } = new();

    public ConcurrentQueue<(string Chat, string Revoked, string Id)> Revoked { get; } = new();

    /// <summary>Called for every attempt to send, before it counts as sent.</summary>
    public Action<string>? OnSend { get; set; }

    /// <summary>Called when an event is acknowledged, before it is forgotten.</summary>
    public Action<InboundEvent>? OnAcknowledge { get; set; }

    public HashSet<Jid> OpenChats { get; } = [];

    public Dictionary<Jid, Func<Task<GroupRoster>>> Rosters { get; } = [];

    public int RosterReads { get; private set; }

    public int Acknowledged { get; private set; }

    public int LogOuts { get; private set; }

    public SessionStatus Status
    {
        get
        {
            lock (gate)
            {
                return status;
            }
        }

        set
        {
            TaskCompletionSource before;
            lock (gate)
            {
                status = value;
                (before, changed) = (changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }
            before.SetResult();
        }
    }

    public async Task<SessionStatus> WaitForStatusChangeAsync(SessionStatus known, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (status != known)
                {
                    return status;
                }
                wait = changed.Task;
            }
            await wait.WaitAsync(cancellationToken);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var seen = Status;
        while (seen.Phase != SessionPhase.Halted)
        {
            try
            {
                seen = await WaitForStatusChangeAsync(seen, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public void Raise(InboundEvent item)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            pending.Add(item);
            if (item is MessageReceived { IsGroup: false } message)
            {
                OpenChats.Add(message.Chat.Chat);
            }
            (before, arrived) = (arrived, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        before.SetResult();
    }

    public async IAsyncEnumerable<InboundEvent> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last = -1;
        while (true)
        {
            InboundEvent? next;
            Task wait;
            lock (gate)
            {
                next = pending.Where(e => e.Position > last).OrderBy(e => e.Position).FirstOrDefault();
                wait = arrived.Task;
            }
            if (next is null)
            {
                await wait.WaitAsync(cancellationToken);
                continue;
            }
            last = next.Position;
            yield return next;
        }
    }

    public Task AcknowledgeAsync(InboundEvent item, CancellationToken cancellationToken)
    {
        OnAcknowledge?.Invoke(item);
        lock (gate)
        {
            pending.Remove(item);
            Acknowledged++;
        }
        return Task.CompletedTask;
    }

    public string NewMessageId() => $"3EB0{Interlocked.Increment(ref ids):X16}{Environment.TickCount64:X8}";

    public Task<ChatHandle?> FindChatAsync(Jid chat, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult(chat.IsGroup || OpenChats.Contains(chat) ? new ChatHandle(chat) : null);
        }
    }

    /// <summary>What the session says of each chat.</summary>
    public Func<ChatHandle, ChatAccess> Access { get; set; } = _ => ChatAccess.Granted;

    public Task<ChatAccess> CanWriteAsync(ChatHandle chat, CancellationToken cancellationToken) => Task.FromResult(Access(chat));

    public Task<DateTimeOffset> SendTextAsync(ChatHandle chat, OutgoingText text, string id, CancellationToken cancellationToken)
    {
        OnSend?.Invoke(id);
        Sent.Enqueue((chat.Chat.ToString(), text.Text, id));
        return Task.FromResult(DateTimeOffset.UnixEpoch.AddYears(56));
    }

    public Task RevokeAsync(ChatHandle chat, string sentMessageId, string id, CancellationToken cancellationToken)
    {
        OnSend?.Invoke(id);
        Revoked.Enqueue((chat.Chat.ToString(), sentMessageId, id));
        return Task.CompletedTask;
    }

    public Task<GroupRoster> GetGroupAsync(Jid group, CancellationToken cancellationToken)
    {
        RosterReads++;
        return Rosters.TryGetValue(group, out var read) ? read() : throw new GroupUnavailableException(GroupUnavailableReason.NotMember);
    }

    public Task<IReadOnlyList<GroupRoster>> GetGroupsAsync(CancellationToken cancellationToken) => throw new NotSupportedException("The host reads its target groups one by one; a list asked for here is a fault.");

    public Task WriteFlightRecordAsync(Stream destination, CancellationToken cancellationToken) =>
        destination.WriteAsync("{\"format\":1}\n"u8.ToArray(), cancellationToken).AsTask();

    /// <summary>What the host asked of linking, in order.</summary>
    public ConcurrentQueue<string> LinkingCalls { get; } = new();

    /// <summary>What becomes of the next passkey answer.</summary>
    public LinkingAnswer PasskeyOutcome { get; set; } = LinkingAnswer.Taken;

    public Task PairAsync(LinkingMethod method, CancellationToken cancellationToken)
    {
        LinkingCalls.Enqueue(method.PhoneNumber is { } number ? $"code {number}" : "qr");
        return Task.CompletedTask;
    }

    public Task<LinkingAnswer> AnswerPasskeyAsync(string answer, CancellationToken cancellationToken)
    {
        LinkingCalls.Enqueue($"passkey {answer}");
        return Task.FromResult(PasskeyOutcome);
    }

    public Task<LinkingAnswer> ConfirmCodeAsync(bool same, CancellationToken cancellationToken)
    {
        LinkingCalls.Enqueue(same ? "same" : "differ");
        return Task.FromResult(LinkingAnswer.Taken);
    }

    public Task CancelPairingAsync(CancellationToken cancellationToken)
    {
        LinkingCalls.Enqueue("cancel");
        return Task.CompletedTask;
    }

    public Task LogOutAsync(CancellationToken cancellationToken)
    {
        LogOuts++;
        Status = new SessionStatus(SessionPhase.Stopped);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
