namespace WhatsApp;

/// <summary>What a message holds.</summary>
public enum MessageKind
{
    /// <summary>Text, in <see cref="MessageReceived.Text"/>.</summary>
    Text,

    /// <summary>A picture, a voice note, a poll or anything else.</summary>
    Other,
}

/// <summary>
/// Somebody else wrote. Comes once for each message that could be decrypted, whichever way it reached us; messages of our own account
/// from its other devices are not raised. Store it, then acknowledge it: only then the sender is told it was delivered. Answer to
/// <see cref="Chat"/>.
/// </summary>
public sealed record MessageReceived : InboundEvent
{
    /// <summary>The sender's id of the message; unique per chat and sender.</summary>
    public required string Id { get; init; }

    /// <summary>Where it was written and where to answer.</summary>
    public required ChatHandle Chat { get; init; }

    /// <summary>The person who wrote, without device: the LID when known, else the phone number.</summary>
    public required Jid Sender { get; init; }

    /// <summary>The sender by phone number, if known.</summary>
    public Jid? SenderPhone { get; init; }

    /// <summary>The sender by LID, if known.</summary>
    public Jid? SenderLid { get; init; }

    /// <summary>The name the sender has given themselves.</summary>
    public string? PushName { get; init; }

    /// <summary>Written in a group.</summary>
    public bool IsGroup { get; init; }

    /// <summary>What it holds.</summary>
    public required MessageKind Kind { get; init; }

    /// <summary>The text of a <see cref="MessageKind.Text"/>.</summary>
    public string? Text { get; init; }

    /// <summary>The id of the message this one answers.</summary>
    public string? QuotedId { get; init; }

    /// <summary>Forwarded from elsewhere.</summary>
    public bool IsForwarded { get; init; }

    /// <summary>Replaces the text of an earlier message.</summary>
    public bool IsEdit { get; init; }
}
