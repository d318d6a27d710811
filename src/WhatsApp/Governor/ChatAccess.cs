namespace WhatsApp;

/// <summary>What stands in the way of writing to a chat.</summary>
public enum WriteObstacle
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The service refused a message to this person (463): no conversation is running that it knows of. It ends when the person writes again or gives us a token.</summary>
    NoPermission,

    /// <summary>The service has locked this account out of starting conversations. Running ones may go on.</summary>
    Timelock,

    /// <summary>The account has used up its share of new conversations (475). Running ones may go on.</summary>
    NewChatQuota,

    /// <summary>The account has sent too much too fast (429): it rests in all chats.</summary>
    RateLimited,
}

/// <summary>Whether a chat may be written to now. What the service has refused is never tried again by the client itself.</summary>
/// <param name="Obstacle">What stands in the way; <see cref="WriteObstacle.None"/> when nothing does.</param>
/// <param name="Until">When the obstacle ends by itself. Null when there is none, or when only the other side can end it: the person writes again or the service lifts it.</param>
public sealed record ChatAccess(WriteObstacle Obstacle, DateTimeOffset? Until)
{
    /// <summary>The chat may be written to.</summary>
    public static ChatAccess Granted { get; } = new(WriteObstacle.None, null);

    /// <summary>Nothing stands in the way.</summary>
    public bool IsAllowed => Obstacle == WriteObstacle.None;
}

/// <summary>The chat may not be written to now; nothing was sent. See <see cref="IWhatsAppClient.CanWriteAsync"/>.</summary>
public sealed class WriteBlockedException : Exception
{
    /// <summary>With what stands in the way.</summary>
    public WriteBlockedException(ChatAccess access)
        : base(access is null ? "The chat may not be written to now." : $"The chat may not be written to now: {access.Obstacle}.") =>
        Access = access ?? Unknown;

    /// <summary>Without detail.</summary>
    public WriteBlockedException()
        : this(Unknown)
    {
    }

    /// <summary>With a text of its own.</summary>
    public WriteBlockedException(string message)
        : base(message) => Access = Unknown;

    /// <summary>With a text of its own and a cause.</summary>
    public WriteBlockedException(string message, Exception innerException)
        : base(message, innerException) => Access = Unknown;

    /// <summary>What stands in the way, and until when.</summary>
    public ChatAccess Access { get; }

    private static ChatAccess Unknown { get; } = new(WriteObstacle.NoPermission, null);
}
