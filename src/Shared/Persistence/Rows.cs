using Shared.Alerts;
using Shared.Inbox;
using Shared.Outbox;

namespace Shared.Persistence;

internal sealed class PresenceRow
{
    public required string GroupJid { get; init; }
    public long MemberId { get; set; }
    public bool IsPresent { get; set; }
    public DateTimeOffset Since { get; set; }

    /// <summary>A full read missed this member; a second one has to agree before it counts.</summary>
    public DateTimeOffset? MissingSince { get; set; }
}

internal sealed class GroupRow
{
    public required string Jid { get; init; }
    public string? Subject { get; set; }
    public DateTimeOffset? LastReadAt { get; set; }

    /// <summary>Inbox rows up to this one were stored before the newest full read began.</summary>
    public long InboxMark { get; set; }
}

internal sealed class ConversationRow
{
    public long MemberId { get; set; }
    public int Version { get; set; }
    public required string State { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

internal sealed class InboxRow
{
    public long Id { get; init; }
    public long Position { get; init; }

    /// <summary>Hash of the content: with the position it names an event that has no message id.</summary>
    public required string Digest { get; init; }
    public InboundKind Kind { get; init; }
    public string? Chat { get; init; }
    public string? MessageId { get; init; }
    public DateTimeOffset At { get; init; }
    public required string Payload { get; init; }
    public DateTimeOffset StoredAt { get; init; }
    public int Attempts { get; set; }
    public DateTimeOffset? DoneAt { get; set; }
    public bool SetAside { get; set; }
}

internal sealed class OutboxRow
{
    public long Id { get; init; }
    public required string MessageId { get; init; }
    public OutboxKind Kind { get; init; }
    public required string Chat { get; init; }
    public Guid? ClaimId { get; init; }
    public string? Text { get; set; }

    /// <summary>Of a secret text; null once erased.</summary>
    public byte[]? ProtectedText { get; set; }
    public bool IsSecret { get; init; }
    public string? QuoteId { get; init; }
    public string? QuoteSender { get; init; }
    public string? QuoteText { get; init; }
    public string? Revokes { get; init; }
    public OutboxState State { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset NextAttempt { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? SentAt { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }
    public DateTimeOffset? ReadAt { get; set; }
    public string? FailureCode { get; set; }
}

internal sealed class AllocationLeaseRow
{
    public int AllocationId { get; init; }
    public Guid ClaimId { get; init; }
    public int NodeId { get; init; }
    public DateTimeOffset LeasedAt { get; init; }
}

internal sealed class SettingRow
{
    public required string Key { get; init; }
    public required string Value { get; set; }
}

internal sealed class AlertRow
{
    public long Id { get; init; }
    public required string Code { get; init; }
    public AlertSeverity Severity { get; init; }
    public required string Text { get; init; }
    public string? Subject { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset NextAttempt { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? SentAt { get; set; }
}

/// <summary>A port that may still be bound on its node although the panel calls it free.</summary>
internal sealed class QuarantineRow
{
    public int AllocationId { get; init; }
    public int NodeId { get; init; }
    public Guid? ClaimId { get; init; }
    public required string Reason { get; init; }
    public DateTimeOffset Since { get; init; }
}

/// <summary>A webhook call that was let in once.</summary>
internal sealed class WebhookNonceRow
{
    public required string Nonce { get; init; }
    public DateTimeOffset At { get; init; }
}

internal sealed class ApiTokenRow
{
    public long Id { get; init; }
    public required string Name { get; init; }

    /// <summary>SHA-256 of the token, in hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Names separated by blanks.</summary>
    public required string Scopes { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>Who asked for what, and what became of it. Written once, never changed.</summary>
internal sealed class AuditRow
{
    public long Id { get; init; }
    public DateTimeOffset At { get; init; }
    public required string Actor { get; init; }
    public required string Action { get; init; }
    public string? Subject { get; init; }
    public required string Outcome { get; init; }
}
