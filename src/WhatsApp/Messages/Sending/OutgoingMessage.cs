using Google.Protobuf;
using WhatsApp.Proto;

namespace WhatsApp.Messages.Sending;

/// <summary>A message of ours before it is encrypted: the protobuf for the people in the chat, without padding. Edit is the stanza's attribute; 7 takes a message back.</summary>
internal sealed record OutgoingMessage(Jid Chat, string Id, byte[] Plaintext, string? Edit)
{
    private const int MaxTextLength = 65_536;
    private const int SecretBytes = 32;
    private const string Revoked = "7";

    public static OutgoingMessage Of(Jid chat, string id, OutgoingText text, IRandomSource random)
    {
        ArgumentException.ThrowIfNullOrEmpty(text.Text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Text.Length, MaxTextLength);
        var message = new Message { MessageContextInfo = new() { MessageSecret = ByteString.CopyFrom(random.Bytes(SecretBytes)) } };
        if (text.Quote is null && text.Mentions.Count == 0)
        {
            message.Conversation = text.Text;
        }
        else
        {
            message.ExtendedTextMessage = new() { Text = text.Text, ContextInfo = ContextOf(text) };
        }

        return new OutgoingMessage(chat, id, message.ToByteArray(), null);
    }

    public static OutgoingMessage Revoke(Jid chat, string id, string sentMessageId)
    {
        var message = new Message
        {
            ProtocolMessage = new()
            {
                Type = ProtocolMessage.Types.Type.Revoke,
                Key = new() { RemoteJid = chat.ToString(), FromMe = true, Id = sentMessageId },
            },
        };
        return new OutgoingMessage(chat, id, message.ToByteArray(), Revoked);
    }

    /// <summary>The same for our own other devices: what was sent, and where.</summary>
    public static byte[] ForOwnDevices(byte[] plaintext, Jid chat)
    {
        var message = Message.Parser.ParseFrom(plaintext);
        var wrapped = new Message
        {
            DeviceSentMessage = new() { DestinationJid = chat.ToString(), Message = message },
        };
        if (message.MessageContextInfo is { } context)
        {
            wrapped.MessageContextInfo = context.Clone();
        }

        return wrapped.ToByteArray();
    }

    /// <summary>The sender key of a group, alone or beside a message.</summary>
    public static byte[] WithSenderKey(byte[]? plaintext, Jid group, byte[] distribution)
    {
        var message = plaintext is null ? new Message() : Message.Parser.ParseFrom(plaintext);
        message.SenderKeyDistributionMessage = new()
        {
            GroupId = group.ToString(),
            AxolotlSenderKeyDistributionMessage = ByteString.CopyFrom(distribution),
        };
        return message.ToByteArray();
    }

    private static ContextInfo ContextOf(OutgoingText text)
    {
        var context = new ContextInfo();
        if (text.Quote is { } quote)
        {
            context.StanzaId = quote.Id;
            context.Participant = quote.Sender.Bare.ToString();
            context.QuotedMessage = new() { Conversation = quote.Text };
        }

        context.MentionedJid.AddRange(text.Mentions.Select(person => person.Bare.ToString()));
        return context;
    }
}
