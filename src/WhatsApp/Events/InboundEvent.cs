namespace WhatsApp;

/// <summary>Something that happened, kept until the host has acknowledged it with <see cref="IWhatsAppClient.AcknowledgeAsync"/>; after a restart it comes again until then. Kinds a host does not know are to be acknowledged too.</summary>
public abstract record InboundEvent
{
    /// <summary>Place in the stream; grows, never reused.</summary>
    public required long Position { get; init; }

    /// <summary>When it happened by the service's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>It had waited at the service while we were away.</summary>
    public bool Offline { get; init; }

    /// <summary>The kind and the position: an event's contents are personal.</summary>
    public sealed override string ToString() => $"{GetType().Name} {Position}";
}
