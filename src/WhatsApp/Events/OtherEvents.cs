namespace WhatsApp;

/// <summary>How far a message of ours has come.</summary>
public enum MessageState
{
    /// <summary>A device of the recipient has it.</summary>
    Delivered,

    /// <summary>The recipient has seen it.</summary>
    Read,
}

/// <summary>
/// A message of ours was delivered or read. Comes at most once for each state; in a group for the first member only, see
/// <see cref="GroupReceiptsReceived"/>. Nothing has to be done.
/// </summary>
public sealed record MessageStateChanged : InboundEvent
{
    /// <summary>The id it was sent with.</summary>
    public required string MessageId { get; init; }

    /// <summary>The chat it was sent to.</summary>
    public required Jid Chat { get; init; }

    /// <summary>Who has it.</summary>
    public required Jid By { get; init; }

    /// <summary>How far it has come.</summary>
    public required MessageState State { get; init; }
}

/// <summary>
/// A phone number and a LID turned out to be one person, by the service's own word. Comes before events that rely on it. Join what
/// the host keeps under the two names.
/// </summary>
public sealed record IdentityLearned : InboundEvent
{
    /// <summary>By phone number.</summary>
    public required Jid Phone { get; init; }

    /// <summary>By LID.</summary>
    public required Jid Lid { get; init; }
}
