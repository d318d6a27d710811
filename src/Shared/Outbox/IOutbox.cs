namespace Shared.Outbox;

public enum OutboxKind
{
    Text = 1,

    /// <summary>Takes back an earlier message of ours.</summary>
    Revoke = 2,
}

public enum OutboxState
{
    Queued = 1,

    /// <summary>The server has it.</summary>
    Sent = 2,
    Delivered = 3,
    Read = 4,
    Failed = 5,
}

/// <summary>Chooses the message id when a row is written, so that a resend cannot show twice. The host implements it with the session's <c>NewMessageId</c>.</summary>
public interface IMessageIds
{
    string New();
}

/// <summary>The message a reply quotes.</summary>
public sealed record Quote(string MessageId, string SenderJid, string Text);

/// <summary>A text to be queued.</summary>
public sealed record Draft(string Chat, string Text, Quote? Quote = null)
{
    /// <inheritdoc />
    public override string ToString() => "draft";
}

/// <summary>A row ready to be sent, its text in clear.</summary>
public sealed record OutboxMessage(long Id, string MessageId, OutboxKind Kind, string Chat, string Text, Quote? Quote, string? RevokesMessageId, int Attempts)
{
    /// <inheritdoc />
    public override string ToString() => $"outbox {Id}";
}

/// <summary>What is to be said. Rows are written by the transactions they belong to (turns, claims, roster); this is the sender's side.</summary>
public interface IOutbox
{
    /// <summary>
    /// Queued rows due now, oldest first, never past an earlier unsent row of the same chat. A revoke waits until its message is sent.
    /// </summary>
    Task<IReadOnlyList<OutboxMessage>> LoadDueAsync(int max, CancellationToken ct);

    /// <summary>When the next queued row falls due; null when none is queued.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken ct);

    /// <summary>The server acknowledged it. Idempotent. Fail points <c>outbox.sent</c>.</summary>
    Task MarkSentAsync(string messageId, DateTimeOffset serverTime, CancellationToken ct);

    /// <summary>Not sent; try again then with the same id.</summary>
    Task PostponeAsync(string messageId, DateTimeOffset nextAttempt, CancellationToken ct);

    /// <summary>Never to be sent again; the code says why. A secret text is erased.</summary>
    Task MarkFailedAsync(string messageId, string code, CancellationToken ct);

    /// <summary>A receipt came. The first delivery receipt erases a secret text. States only go forward. Returns false for a message that is not ours. With <paramref name="inboxId"/> that row is done in the same commit. Fail points <c>outbox.receipt</c>.</summary>
    Task<bool> MarkReceiptAsync(string messageId, OutboxState state, long? inboxId, CancellationToken ct);

    /// <summary>
    /// Secret texts older than 24 h: erased; unsent ones fail as <c>expired</c> with an alert, sent ones not yet taken back are revoked. Call every few minutes.
    /// Credentials sent half an hour ago and not taken back: the member is reminded, once. Returns how many rows were written or changed.
    /// Fail points <c>outbox.sweep</c>.
    /// </summary>
    Task<int> SweepSecretsAsync(CancellationToken ct);
}
