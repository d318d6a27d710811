using Google.Protobuf;
using WhatsApp.Proto;
using WhatsApp.Signal;

namespace WhatsApp.Messages.Receiving;

/// <summary>A message is wrapped too often to be real.</summary>
internal sealed class MessageNestingException() : Exception("A message is wrapped too often.");

/// <summary>What a decrypted message holds once its wrappers are off. Source: facts 11.2.</summary>
internal sealed record MessageContent
{
    /// <summary>Wrappers inside wrappers: real ones are two or three deep.</summary>
    private const int MaxDepth = 8;

    /// <summary>Largest text handed on; the service's own limit is 65,536 characters.</summary>
    private const int MaxTextLength = 128 * 1024;

    /// <summary>The text of a plain or quoting message; null for everything else.</summary>
    public string? Text { get; private init; }

    public string? QuotedId { get; private init; }

    public bool IsForwarded { get; private init; }

    public bool IsEdit { get; private init; }

    /// <summary>Something a person would see. Key distributions and housekeeping are not.</summary>
    public bool IsVisible { get; private init; }

    public SenderKeyDistributionMessage? SenderKey { get; private init; }

    /// <summary>Housekeeping of an account: to be believed from our own phone only.</summary>
    public ProtocolMessage? Protocol { get; private init; }

    /// <summary>Parses and unwraps a decrypted plaintext.</summary>
    /// <param name="plaintext">As it was decrypted.</param>
    /// <param name="padded">Padding follows the message.</param>
    /// <param name="fromOwnAccount">Only our own devices may say what we have sent elsewhere.</param>
    /// <exception cref="SignalException">The padding is wrong.</exception>
    /// <exception cref="InvalidProtocolBufferException">Not a message, or nested beyond what the parser follows.</exception>
    /// <exception cref="MessageNestingException">Wrapped too often.</exception>
    public static MessageContent Read(byte[] plaintext, bool padded, bool fromOwnAccount)
    {
        var bytes = padded ? MessagePadding.Unpad(plaintext) : plaintext;
        return Read(Message.Parser.ParseFrom(bytes), fromOwnAccount);
    }

    private static MessageContent Read(Message message, bool fromOwnAccount)
    {
        var senderKey = message.SenderKeyDistributionMessage;
        var isEdit = false;
        for (var depth = 0; Inner(message, fromOwnAccount) is { } inner; depth++)
        {
            if (depth == MaxDepth)
            {
                throw new MessageNestingException();
            }

            isEdit |= message.ProtocolMessage is { Type: ProtocolMessage.Types.Type.MessageEdit };
            message = inner;
            senderKey ??= message.SenderKeyDistributionMessage;
        }

        var text = TextOf(message);
        var context = message.ExtendedTextMessage?.ContextInfo;
        return new MessageContent
        {
            Text = text is { Length: > MaxTextLength } ? null : text,
            QuotedId = context is { HasStanzaId: true } ? context.StanzaId : null,
            IsForwarded = context?.IsForwarded ?? false,
            IsEdit = isEdit,
            IsVisible = text is not null || HoldsMore(message),
            SenderKey = senderKey,
            Protocol = message.ProtocolMessage,
        };
    }

    private static Message? Inner(Message message, bool fromOwnAccount) =>
        (fromOwnAccount ? message.DeviceSentMessage?.Message : null) ??
        message.EphemeralMessage?.Message ??
        message.ViewOnceMessage?.Message ??
        message.ViewOnceMessageV2?.Message ??
        message.ViewOnceMessageV2Extension?.Message ??
        message.DocumentWithCaptionMessage?.Message ??
        message.EditedMessage?.Message ??
        message.GroupMentionedMessage?.Message ??
        message.BotInvokeMessage?.Message ??
        (message.ProtocolMessage is { Type: ProtocolMessage.Types.Type.MessageEdit } edit ? edit.EditedMessage : null);

    private static string? TextOf(Message message) =>
        message.HasConversation ? message.Conversation :
        message.ExtendedTextMessage is { HasText: true } extended ? extended.Text : null;

    /// <summary>A picture and the like are fields this client does not name: whatever is left besides housekeeping counts.</summary>
    private static bool HoldsMore(Message message)
    {
        var rest = message.Clone();
        rest.SenderKeyDistributionMessage = null;
        rest.MessageContextInfo = null;
        rest.ProtocolMessage = null;
        rest.DeviceSentMessage = null;
        rest.ReactionMessage = null;
        return rest.CalculateSize() > 0;
    }
}
