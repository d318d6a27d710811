using Google.Protobuf;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Devices;
using WhatsApp.Governor;
using WhatsApp.History;
using WhatsApp.Identity;
using WhatsApp.Messages.Receipts;
using WhatsApp.Messages.Retry;
using WhatsApp.Messages.Sending;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Messages.Receiving;

/// <summary>
/// Takes in <c>message</c> stanzas. One commit holds everything a stanza does: the moved ratchets, sender keys, identities,
/// the event with its dedupe key and the receipt that waits for the host. Only then the service gets an answer.
/// </summary>
internal sealed partial class MessageReceiver(
    ISessionDatabase database,
    IStanzaSender sender,
    EventStream events,
    HeldReplies held,
    IdentityConfirmation confirmation,
    DeviceDirectory devices,
    SessionRepair repair,
    PlaceholderRequests placeholders,
    BackgroundWork background,
    TimeProvider time,
    IRandomSource random,
    WhatsAppMetrics metrics,
    HistorySync history,
    ILogger<MessageReceiver> logger)
{
    public async Task HandleAsync(Node node, CancellationToken cancellationToken)
    {
        if (node.JidOf("from") is { IsPerson: false, IsGroup: false })
        {
            await sender.SendAsync(StanzaAcks.Ack(node), cancellationToken).ConfigureAwait(false); // broadcasts, channels
            return;
        }

        MessageStanza stanza;
        try
        {
            stanza = MessageStanza.Read(node);
        }
        catch (MalformedNodeException fault)
        {
            Log.Malformed(logger, fault.Message);
            await sender.SendAsync(StanzaAcks.Nack(node, NackCodes.Parsing), cancellationToken).ConfigureAwait(false);
            return;
        }

        var outcome = await database.RunAsync("message-received", store => Receive(store, node, stanza), cancellationToken).ConfigureAwait(false);
        foreach (var (kind, result) in outcome.Parts)
        {
            metrics.Decrypted(kind, result);
        }

        if (outcome.AskedAgain is { } reason)
        {
            metrics.RetrySent(reason);
        }

        if (outcome.HasNews)
        {
            events.Wake();
        }

        if (!held.TryHold(outcome.Replies, outcome.Asks))
        {
            foreach (var reply in outcome.Replies)
            {
                await sender.SendAsync(reply, cancellationToken).ConfigureAwait(false);
            }

            held.Sent(outcome.Asks);
        }

        if (outcome.HistoryOffered)
        {
            history.Wake();
        }

        if (outcome.ReceiptsDue)
        {
            await events.SendDueReceiptsAsync(cancellationToken).ConfigureAwait(false);
        }

        if (outcome.IsMissing)
        {
            placeholders.Expect();
        }

        if (outcome.Doubted is { } phone)
        {
            background.Run("confirm an account's key", ct => devices.RenewIdentityAsync(phone, ct));
        }

        if (outcome.Unconfirmed.Count > 0)
        {
            confirmation.Ask(outcome.Unconfirmed);
        }
    }

    private MessageOutcome Receive(SessionTransaction store, Node node, MessageStanza stanza)
    {
        held.NoteSent(store, time.GetUtcNow());
        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        foreach (var pair in stanza.Pairs)
        {
            people.Sight(pair);
        }

        var device = people.DeviceOf(stanza.Sender);
        var isOwn = own.Owns(device);
        var chat = stanza.From.IsGroup ? stanza.From : people.ChatOf(isOwn ? stanza.Recipient ?? stanza.Sender : stanza.Sender).Bare;
        var key = chat.IsPerson ? StoreKey.OfMessage(people.PeerOf(chat), device.Peer, stanza.Id) : StoreKey.OfMessage(chat, device.Peer, stanza.Id);
        var known = new MessageOutcome([], people.HasNews, people.Unconfirmed);
        if (store.Inbound.Contains(key))
        {
            events.NoteReceiptsSent(store); // what was sent before must not count for the one due now
            store.Inbound.MakeReceiptDueAgain(key, ReceiptFor(stanza));
            return known with { ReceiptsDue = true };
        }

        var former = FormerNameOf(store, stanza);
        if (former is { } number && store.Inbound.Contains(
            chat.IsPerson ? StoreKey.OfMessage(number.Peer, number.Peer, stanza.Id) : StoreKey.OfMessage(chat, number.Peer, stanza.Id)))
        {
            return known with { Replies = [StanzaAcks.Ack(node)] }; // here already, under the number; its receipt goes out under that
        }

        var read = Decrypt(store, stanza, key, chat, device, former, isOwn);
        known = known with { Parts = read.Parts };
        if (isOwn)
        {
            foreach (var protocol in read.Contents.Select(content => content.Protocol).OfType<Proto.ProtocolMessage>().Where(_ => device.Number == 0))
            {
                OwnPhoneMessages.Apply(store, protocol, stanza.Id, own, people, time.GetUtcNow());
                known = known with { HistoryOffered = known.HistoryOffered || protocol.HistorySyncNotification is not null };
                foreach (var (answered, original, content) in Placeholders.Read(store, people, protocol))
                {
                    known = known with { HasNews = true };
                    TakeIn(store, people, answered, original, content);
                }
            }
        }

        if (stanza.PrivacyToken is { Length: > 0 and <= 1024 } token && !isOwn && !chat.IsGroup)
        {
            store.PrivacyTokens.Save(device.Peer, token.ToArray(), stanza.At);
            PermissionRules.Welcomed(store, device.Peer, stanza.At);
        }

        if (read.Contents.FirstOrDefault(content => content.IsVisible) is { } visible && !isOwn)
        {
            TakeIn(store, people, key, stanza, visible);
            return known with { HasNews = true };
        }

        var replies = AnswerWithoutEvent(store, own, node, stanza, key, read, isOwn);
        if (read.Fault == SignalFault.AdvFailure && repair.TryBegin(store, device.Peer.Device(0), RepairCause.AccountKeyDoubted, stanza.Id))
        {
            known = known with { Doubted = device.Peer.Device(0) };
        }

        var asksAgain = replies.Exists(reply => reply["type"] == "retry");
        var isMissing = !isOwn && (asksAgain || (stanza.Unavailable && stanza.Parts.Count == 0));
        if (isMissing)
        {
            Placeholders.Keep(store, node, stanza, key, time.GetUtcNow());
        }

        return known with
        {
            HasNews = known.HasNews || people.HasNews || read.HasNews,
            IsMissing = isMissing,
            Replies = replies,
            AskedAgain = asksAgain ? read.Fault : null,
            Asks = asksAgain ? RetryReceipts.KeyOf(key) : null,
        };
    }

    /// <summary>A message of somebody else's for the host, with all that follows from having read it.</summary>
    private static void TakeIn(SessionTransaction store, People people, StoreKey key, MessageStanza stanza, MessageContent content)
    {
        var person = people.PeerOf(stanza.Sender);
        store.Retries.Delete(RetryReceipts.KeyOf(key));
        store.Placeholders.Delete(key);
        if (!stanza.From.IsGroup)
        {
            store.Chats.Add(person, stanza.At);
            PermissionRules.Welcomed(store, person, stanza.At);
        }

        var stored = EventOf(stanza, people.ChatOf(stanza.From.Bare), people.Describe(person), content);
        store.Inbound.Add(key, nameof(EventKind.Message), stored.Write(), ReceiptFor(stanza), stanza.At, stanza.Offline);
    }

    private static byte[] ReceiptFor(MessageStanza stanza) =>
        NodeEncoder.Encode(Replies.Receipt(stanza.Id, stanza.From, stanza.Participant, Replies.Inactive));

    private List<Node> AnswerWithoutEvent(SessionTransaction store, OwnAccount own, Node node, MessageStanza stanza, StoreKey key, Decrypted read, bool isOwn)
    {
        if (read.Fault is { } fault)
        {
            Log.Undecryptable(logger, fault, stanza.Parts.Count);
            var retry = RetryReceipts.Next(store, own, stanza, key, fault, random, time.GetUtcNow());
            return retry is null ? [StanzaAcks.Ack(node)] : [retry, StanzaAcks.Ack(node)];
        }

        if (read.Unreadable)
        {
            Log.Unreadable(logger);
            return [StanzaAcks.Nack(node, NackCodes.BadProtobuf)];
        }

        if (read.Contents.Count == 0)
        {
            return [StanzaAcks.Ack(node)]; // decrypted before, or a content that will not come
        }

        var type = !isOwn ? Replies.Inactive :
            read.Contents.Any(content => content.Protocol?.HistorySyncNotification is not null) ? Replies.HistorySync :
            stanza.IsPeer ? Replies.Peer : Replies.OwnMessage;
        return [Replies.Receipt(stanza.Id, stanza.From, stanza.Participant, type, isOwn ? stanza.Recipient : null)];
    }

    private Decrypted Decrypt(SessionTransaction store, MessageStanza stanza, StoreKey key, Jid chat, DeviceId device, DeviceId? former, bool isOwn)
    {
        var sessions = new SessionCipher(store.Signal, random);
        var groups = new GroupCipher(store.Signal, random);
        var contents = new List<MessageContent>();
        SignalFault? fault = null;
        var parts = new List<(CiphertextType, SignalFault?)>();
        var unreadable = false;
        var duplicate = false;
        var news = false;
        foreach (var part in stanza.Parts)
        {
            try
            {
                var isGroupPart = part.Type == CiphertextType.SenderKeyMessage;
                if (isGroupPart && !chat.IsGroup)
                {
                    throw new SignalException(SignalFault.InvalidMessage, "A group ciphertext came outside of a group.");
                }

                var vouching = part.Type == CiphertextType.PreKeyMessage && device.Number != 0 && (former is null || sessions.NewIdentityIn(former.Value, part.Bytes.Span) is not null) &&
                    sessions.NewIdentityIn(device, part.Bytes.Span) is { } claimed
                    ? CompanionCheck.Verify(store, device, claimed, stanza.Certificate)
                    : null;
                var identity = IdentityTrust.Unchanged;
                var plaintext = FirstThatReads(device, former, from => isGroupPart ? groups.Decrypt(chat, from, part.Bytes) : sessions.Decrypt(from, part.Type, part.Bytes, out identity));
                if (vouching is not null)
                {
                    store.Identities.Save(device.Peer.Device(0), vouching);
                }

                if (identity == IdentityTrust.Changed)
                {
                    Log.IdentityChanged(logger);
                    news |= IdentityChanges.Seen(store, device, identity, time.GetUtcNow());
                }

                parts.Add((part.Type, null));
                var content = MessageContent.Read(plaintext, part.Padded, isOwn);
                contents.Add(content);
                if (chat.IsGroup && !isGroupPart && content.SenderKey is { HasAxolotlSenderKeyDistributionMessage: true } senderKey)
                {
                    groups.Process(chat, device, senderKey.AxolotlSenderKeyDistributionMessage.Span);
                }
            }
            catch (SignalException failed) when (failed.Fault == SignalFault.Duplicate)
            {
                Log.Duplicate(logger);
                parts.Add((part.Type, failed.Fault));
                duplicate = true;
            }
            catch (SignalException failed)
            {
                parts.Add((part.Type, failed.Fault));
                fault = failed.Fault;
            }
            catch (Exception failed) when (failed is InvalidProtocolBufferException or MessageNestingException)
            {
                unreadable = true;
            }
        }

        // Only what has waited comes a second time by right. A new message under a used key means that its writer lost a step
        // of its ratchet, as some clients do when they send and receive at once: nobody has read it, so it is asked for again.
        // So is one we have asked for before: a sender key that came since may begin behind it.
        if (duplicate && contents.Count == 0 && fault is null && !unreadable && !isOwn &&
            (!stanza.Offline || store.Retries.Count(RetryReceipts.KeyOf(key)) > 0))
        {
            fault = SignalFault.InvalidMessage;
        }

        return new Decrypted(contents, fault, unreadable, parts, news);
    }

    /// <summary>The number that stood beside a LID whose pair is not confirmed yet: what it knows the device by is still kept under it.</summary>
    private static DeviceId? FormerNameOf(SessionTransaction store, MessageStanza stanza) =>
        stanza.Sender.IsLid && store.Lids.PhoneOf(stanza.Sender) is null && store.Lids.SightedPhoneOf(stanza.Sender) is { } number
            ? store.Lids.DeviceOf(number.WithDevice(stanza.Sender.Device))
            : null;

    /// <summary>Under the present name first. That another name's keys read it proves nothing to be learned; the service is asked.</summary>
    private static byte[] FirstThatReads(DeviceId device, DeviceId? former, Func<DeviceId, byte[]> decrypt)
    {
        try
        {
            return decrypt(device);
        }
        catch (SignalException unread) when (former is not null && unread.Fault != SignalFault.Duplicate)
        {
            try
            {
                return decrypt(former.Value);
            }
            catch (SignalException alsoUnread) when (alsoUnread.Fault != SignalFault.Duplicate)
            {
                throw unread;
            }
        }
    }

    private static StoredEvent EventOf(MessageStanza stanza, Jid chat, GroupMember sender, MessageContent content) => new()
    {
        Kind = EventKind.Message,
        At = stanza.At.ToUnixTimeMilliseconds(),
        Offline = stanza.Offline,
        Id = stanza.Id,
        Chat = chat.ToString(),
        Person = StoredMember.Of(sender),
        PushName = stanza.PushName,
        Text = content.Text,
        QuotedId = content.QuotedId,
        IsForwarded = content.IsForwarded,
        IsEdit = content.IsEdit || stanza.IsEdit,
    };

    private sealed record Decrypted(IReadOnlyList<MessageContent> Contents, SignalFault? Fault, bool Unreadable, IReadOnlyList<(CiphertextType Kind, SignalFault? Fault)> Parts, bool HasNews);

    private sealed record MessageOutcome(IReadOnlyList<Node> Replies, bool HasNews, IReadOnlyList<Jid> Unconfirmed)
    {
        public bool ReceiptsDue { get; init; }

        /// <summary>The phone is to be asked for it.</summary>
        public bool IsMissing { get; init; }

        /// <summary>A phone whose identity has to be asked for.</summary>
        public DeviceId? Doubted { get; init; }

        public bool HistoryOffered { get; init; }

        /// <summary>For the metrics: how each part fared.</summary>
        public IReadOnlyList<(CiphertextType Kind, SignalFault? Fault)> Parts { get; init; } = [];

        /// <summary>Counts the request among the replies once it is sent.</summary>
        public StoreKey? Asks { get; init; }

        /// <summary>Why the message was asked for again.</summary>
        public SignalFault? AskedAgain { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(1311, LogLevel.Warning, "A message stanza cannot be read and was refused: {Problems}")]
        public static partial void Malformed(ILogger logger, string problems);

        [LoggerMessage(1312, LogLevel.Warning, "A message of {Parts} parts cannot be decrypted ({Fault}); asked for it again")]
        public static partial void Undecryptable(ILogger logger, SignalFault fault, int parts);

        [LoggerMessage(1313, LogLevel.Warning, "A message decrypts to something that is no message and was refused")]
        public static partial void Unreadable(ILogger logger);

        [LoggerMessage(1315, LogLevel.Information, "A device shows a new identity key, which is trusted from now on")]
        public static partial void IdentityChanged(ILogger logger);

        [LoggerMessage(1314, LogLevel.Debug, "Part of a message was decrypted before")]
        public static partial void Duplicate(ILogger logger);
    }
}
