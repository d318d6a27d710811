using System.Diagnostics.CodeAnalysis;
using WhatsApp.Messages;

namespace WhatsApp;

/// <content>Messages, events and groups.</content>
public sealed partial class WhatsAppClient
{
    private MessagingFeatures _messaging;

    /// <inheritdoc />
    public IAsyncEnumerable<InboundEvent> ReadEventsAsync(CancellationToken cancellationToken) => _messaging.Events.ReadAsync(cancellationToken);

    /// <inheritdoc />
    public Task AcknowledgeAsync(InboundEvent item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        return _messaging.Events.AcknowledgeAsync(item.Position, cancellationToken);
    }

    /// <inheritdoc />
    public string NewMessageId() => _messaging.NewMessageId();

    /// <inheritdoc />
    public Task<ChatHandle?> FindChatAsync(Jid chat, CancellationToken cancellationToken) => _messaging.FindChatAsync(chat, cancellationToken);

    /// <inheritdoc />
    public Task<ChatAccess> CanWriteAsync(ChatHandle chat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(chat);
        return _messaging.CanWriteAsync(chat, cancellationToken);
    }

    /// <inheritdoc />
    public Task<DateTimeOffset> SendTextAsync(ChatHandle chat, OutgoingText text, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(chat);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(id);
        return _messaging.SendTextAsync(chat, text, id, cancellationToken);
    }

    /// <inheritdoc />
    public Task RevokeAsync(ChatHandle chat, string sentMessageId, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(chat);
        ArgumentException.ThrowIfNullOrEmpty(sentMessageId);
        ArgumentException.ThrowIfNullOrEmpty(id);
        return _messaging.RevokeAsync(chat, sentMessageId, id, cancellationToken);
    }

    /// <inheritdoc />
    public Task<GroupRoster> GetGroupAsync(Jid group, CancellationToken cancellationToken) => _messaging.GetGroupAsync(group, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<GroupRoster>> GetGroupsAsync(CancellationToken cancellationToken) => _messaging.GetGroupsAsync(cancellationToken);

    /// <summary>Registers the handlers of messages, receipts, acks and notifications.</summary>
    [MemberNotNull(nameof(_messaging))]
    private void ComposeMessaging() => _messaging = new MessagingFeatures(_services);
}
