namespace WhatsApp;

/// <content>Messages, events and groups.</content>
public sealed partial class WhatsAppClient
{
    /// <inheritdoc />
    public IAsyncEnumerable<InboundEvent> ReadEventsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task AcknowledgeAsync(InboundEvent item, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public string NewMessageId() => throw new NotSupportedException();

    /// <inheritdoc />
    public Task<ChatHandle?> FindChatAsync(Jid chat, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task<DateTimeOffset> SendTextAsync(ChatHandle chat, OutgoingText text, string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task RevokeAsync(ChatHandle chat, string sentMessageId, string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task<GroupRoster> GetGroupAsync(Jid group, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task<IReadOnlyList<GroupRoster>> GetGroupsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Registers the handlers of messages, receipts, acks and notifications.</summary>
    partial void ComposeMessaging();
}
