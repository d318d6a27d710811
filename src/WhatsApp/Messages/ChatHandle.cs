namespace WhatsApp;

/// <summary>Permission to write to a chat. There is none for a person who never wrote to us: the bot opens no chats.</summary>
public sealed class ChatHandle : IEquatable<ChatHandle>
{
    internal ChatHandle(Jid chat) => Chat = chat;

    /// <summary>The group, or the person without device.</summary>
    public Jid Chat { get; }

    /// <summary>A group, not a person.</summary>
    public bool IsGroup => Chat.IsGroup;

    /// <inheritdoc />
    public bool Equals(ChatHandle? other) => other is not null && other.Chat == Chat;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ChatHandle);

    /// <inheritdoc />
    public override int GetHashCode() => Chat.GetHashCode();

    /// <summary>Nothing personal.</summary>
    public override string ToString() => IsGroup ? "group chat" : "private chat";
}
