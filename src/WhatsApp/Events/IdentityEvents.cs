namespace WhatsApp;

/// <summary>
/// Two statements about who is who contradict each other: a number or a LID seems to have changed hands.
/// Comes once for a contradiction that only a stanza claims (nothing was changed; the service is asked), and once for each
/// new pair the service itself states for a known number or LID. Treat the person as unproved until you have looked.
/// </summary>
public sealed record IdentityConflict : InboundEvent
{
    /// <summary>The number both statements are about.</summary>
    public required Jid Phone { get; init; }

    /// <summary>The LID now claimed for it.</summary>
    public required Jid Lid { get; init; }

    /// <summary>The LID known for the number; null when the number was not known but the LID was another number's.</summary>
    public Jid? KnownLid { get; init; }

    /// <summary>True when the service stated the new pair, which counts from now on; false when the known one still does.</summary>
    public bool IsSettled { get; init; }
}

/// <summary>
/// A person's identity key changed: they set WhatsApp up anew, or one of their devices did. Sessions were set up anew by themselves
/// and the new key is trusted. Comes when the service says so or when a message shows it. A host that hands out secrets may want
/// to ask for a proof again.
/// </summary>
public sealed record IdentityChanged : InboundEvent
{
    /// <summary>The person, without device: the LID when known, else the phone number.</summary>
    public required Jid Person { get; init; }

    /// <summary>By phone number, if known.</summary>
    public Jid? Phone { get; init; }

    /// <summary>By LID, if known.</summary>
    public Jid? Lid { get; init; }

    /// <summary>The device whose key changed (0 is the phone); null when the service named the person only: all of them.</summary>
    public ushort? Device { get; init; }
}
