using Google.Protobuf;
using WhatsApp.Binary;
using WhatsApp.Identity;
using WhatsApp.Proto;
using WhatsApp.Store;

namespace WhatsApp.Messages.Receiving;

/// <summary>Messages we could not read but the account's own phone could: what is kept of them, and what the phone answers. Inside one commit. Source: facts 11.5.</summary>
internal static class Placeholders
{
    /// <summary>The phone does not look for older ones.</summary>
    public static readonly TimeSpan AskableFor = TimeSpan.FromDays(14);

    private const int MaxResults = 100;
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Kinds of messages that no other device gets either.</summary>
    private static readonly string[] NeverGiven = ["view_once", "bot", "hosted"];

    /// <summary>Keeps who wrote what and where, to know the phone's answer by.</summary>
    public static void Keep(SessionTransaction store, Node node, MessageStanza stanza, StoreKey key, DateTimeOffset now)
    {
        var isGiven = node.Child("unavailable")?["type"] is not { } type || !NeverGiven.Any(word => type.StartsWith(word, StringComparison.Ordinal));
        if (isGiven && now - stanza.At < AskableFor && now - stanza.At > -AskableFor)
        {
            store.Placeholders.Add(key, NodeEncoder.Encode(new Node("message", node.Attributes, new Node("unavailable"))), stanza.At);
        }
    }

    /// <summary>What we ask the phone for, of messages it was not asked for before.</summary>
    public static PeerDataOperationRequestMessage? Request(SessionTransaction store, People people, string requestId, int most)
    {
        var request = new PeerDataOperationRequestMessage { Type = PeerDataOperationRequestType.PlaceholderMessageResend };
        foreach (var row in store.Placeholders.Unasked(most))
        {
            var stanza = MessageStanza.Read(NodeDecoder.Decode(row.Stanza));
            store.Placeholders.MarkAsked(row.Key, requestId);
            var key = new MessageKey { RemoteJid = people.ChatOf(stanza.From.Bare).ToString(), FromMe = false, Id = stanza.Id };
            if (stanza.From.IsGroup)
            {
                key.Participant = people.PeerOf(stanza.Sender).ToString();
            }

            request.PlaceholderMessageResendRequest.Add(new PlaceholderMessageResendRequest { MessageKey = key });
        }

        return request.PlaceholderMessageResendRequest.Count > 0 ? request : null;
    }

    /// <summary>The messages in the phone's answer that we asked it for and can read; each is given out once.</summary>
    public static IEnumerable<(StoreKey Key, MessageStanza Stanza, MessageContent Content)> Read(SessionTransaction store, People people, ProtocolMessage message)
    {
        foreach (var result in message.PeerDataOperationRequestResponseMessage?.Results.Take(MaxResults) ?? [])
        {
            if (result.PlaceholderMessageResendResponse is not { HasWebMessageInfoBytes: true, WebMessageInfoBytes.Length: <= MaxBytes } given ||
                TryParse(given.WebMessageInfoBytes) is not { Key: { } named, Message: { } inner } ||
                KeyOf(people, named) is not { } key || store.Placeholders.Asked(key) is not { } kept)
            {
                continue;
            }

            store.Placeholders.Delete(key);
            if (TryRead(inner) is { IsVisible: true } content)
            {
                yield return (key, MessageStanza.Read(NodeDecoder.Decode(kept)), content);
            }
        }
    }

    private static StoreKey? KeyOf(People people, MessageKey named)
    {
        if (!Jid.TryParse(named.RemoteJid, out var chat) || named.FromMe || !named.HasId)
        {
            return null;
        }

        return chat.IsPerson ? StoreKey.OfMessage(people.PeerOf(chat), people.PeerOf(chat), named.Id)
            : chat.IsGroup && Jid.TryParse(named.Participant, out var writer) && writer.IsPerson ? StoreKey.OfMessage(chat, people.PeerOf(writer), named.Id)
            : null;
    }

    private static WebMessageInfo? TryParse(ByteString bytes)
    {
        try
        {
            return WebMessageInfo.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null; // one that cannot be read must not cost the others
        }
    }

    private static MessageContent? TryRead(Message message)
    {
        try
        {
            return MessageContent.Read(message.ToByteArray(), padded: false, fromOwnAccount: false);
        }
        catch (MessageNestingException)
        {
            return null;
        }
    }
}
