namespace WhatsApp;

/// <summary>How fast the client may speak. A send waits for its place; nothing is refused for being early.</summary>
public sealed record PacingOptions
{
    /// <summary>No waiting at all: for tests and measurements.</summary>
    public static PacingOptions None { get; } = new() { MessagesPerMinute = int.MaxValue, ChatInterval = TimeSpan.Zero, Jitter = 0 };

    /// <summary>Messages in all chats together; as many at once after a rest. 20 unless set.</summary>
    public int MessagesPerMinute { get; init; } = 20;

    /// <summary>Time in which a chat earns one more message. 2 s unless set.</summary>
    public TimeSpan ChatInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Messages a quiet chat may get at once. 3 unless set.</summary>
    public int ChatBurst { get; init; } = 3;

    /// <summary>Share of a wait that chance adds or takes, so that it does not tick like a machine. 0 to 1; 0.3 unless set.</summary>
    public double Jitter { get; init; } = 0.3;
}
