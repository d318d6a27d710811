namespace WhatsApp;

/// <summary>
/// Several members of a group got or read one message of ours; the service tells it in one piece. Comes beside
/// <see cref="MessageStateChanged"/>, which is raised once for the first of them. Nothing has to be done.
/// </summary>
public sealed record GroupReceiptsReceived : InboundEvent
{
    /// <summary>The id the message was sent with.</summary>
    public required string MessageId { get; init; }

    /// <summary>The group.</summary>
    public required Jid Group { get; init; }

    /// <summary>How far it has come with them.</summary>
    public required MessageState State { get; init; }

    /// <summary>Who, and when by the service's clock.</summary>
    public required IReadOnlyList<MemberReceipt> Receipts { get; init; }
}

/// <summary>One member's receipt.</summary>
/// <param name="Member">Without device: the LID when known, else the phone number.</param>
/// <param name="At">When.</param>
public sealed record MemberReceipt(Jid Member, DateTimeOffset At)
{
    /// <summary>Nothing personal.</summary>
    public override string ToString() => "MemberReceipt";
}
