namespace Shared.Inbox;

public enum InboundKind
{
    Message = 1,
    MembersChanged = 2,
    GroupChanged = 3,
    MessageState = 4,
    IdentityLearned = 5,
}

/// <summary>One event of the session as the host wants it kept.</summary>
/// <param name="Position">The session's position of the event.</param>
/// <param name="Chat">Chat or group it belongs to.</param>
/// <param name="MessageId">Only for messages: (chat, message id) is unique.</param>
/// <param name="Payload">The event as JSON of the host's own.</param>
public sealed record InboundItem(long Position, InboundKind Kind, string? Chat, string? MessageId, DateTimeOffset At, string Payload)
{
    /// <inheritdoc />
    public override string ToString() => $"inbound {Kind} at {Position}";
}

/// <summary>A stored event that has not been dealt with.</summary>
public sealed record OpenInboundItem(long Id, InboundItem Item, int Attempts);

/// <summary>Events kept before the transport hears "received", each exactly once.</summary>
public interface IInbox
{
    /// <summary>
    /// Stores the event unless it is there already: same chat and message id, or same position and content (a session store made anew
    /// counts positions from the start again, so a position alone proves nothing). Returns false for one we had. Durable when it returns; only now acknowledge it.
    /// Fail points <c>inbox.store</c>.
    /// </summary>
    Task<bool> StoreAsync(InboundItem item, CancellationToken ct);

    /// <summary>Rows not done, oldest first. Rows set aside are left out.</summary>
    Task<IReadOnlyList<OpenInboundItem>> LoadOpenAsync(int max, CancellationToken ct);

    /// <summary>The row needs nothing more. Idempotent. Fail points <c>inbox.done</c>.</summary>
    Task MarkDoneAsync(long id, CancellationToken ct);

    /// <summary>Handling is about to begin; counts the attempt durably, so that a row that kills the process is noticed. Returns false when it now is set aside (third attempt failed): an alert is queued, skip it. Fail points <c>inbox.attempt</c>.</summary>
    Task<bool> BeginAttemptAsync(long id, CancellationToken ct);

    /// <summary>Deletes done rows older than <paramref name="before"/>, keeping (chat, message id) keys out of reach of redelivery is the caller's choice of age.</summary>
    Task<int> PurgeAsync(DateTimeOffset before, CancellationToken ct);
}
