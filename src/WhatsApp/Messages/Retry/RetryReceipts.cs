using WhatsApp.Binary;
using WhatsApp.Identity;
using WhatsApp.Login;
using WhatsApp.Messages.Receiving;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Messages.Retry;

/// <summary>The receipts with which we ask a sender for a message we could not decrypt. Source: facts 11.5.</summary>
internal static class RetryReceipts
{
    /// <summary>After so many the sender would not answer any more.</summary>
    public const int MaxRequests = 4;

    /// <summary>Keys given out with requests and not used yet: who sends garbage must not fill the store with keys.</summary>
    public const int MostReserved = 2000;

    /// <summary>The counter's key for a message's dedupe key.</summary>
    public static StoreKey KeyOf(StoreKey message) => message.For("asked");

    /// <summary>Writes the next receipt; null when it has been asked for often enough. It counts once it is sent (<see cref="HeldReplies.NoteSent"/>).</summary>
    public static Node? Next(SessionTransaction store, OwnAccount own, MessageStanza stanza, StoreKey message, SignalFault fault, IRandomSource random, DateTimeOffset now)
    {
        var count = store.Retries.Count(KeyOf(message)) + 1;
        if (count > MaxRequests)
        {
            return null;
        }

        // The other side has no session that fits ours: without fresh keys it could only fail again.
        var wantsKeys = count >= 2 || fault is SignalFault.NoSession or SignalFault.UnknownCompanionNoPreKey or SignalFault.InvalidKeyId;
        var withKeys = wantsKeys && store.PreKeys.Reserved < MostReserved;
        var children = new List<Node>
        {
            new("retry", new()
            {
                ["v"] = 1,
                ["count"] = count,
                ["id"] = stanza.Id,
                ["t"] = stanza.At.ToUnixTimeSeconds(),
                ["error"] = (int)fault,
            }),
            new("registration", null, PreKeyStanzas.RegistrationBytes(store.Signal.Own.RegistrationId)),
        };
        if (withKeys)
        {
            children.Add(Keys(store, own, random, now));
        }

        return new Node(
            "receipt",
            new()
            {
                ["id"] = stanza.Id,
                ["to"] = stanza.From,
                ["participant"] = stanza.Participant,
                ["recipient"] = stanza.Recipient,
                ["category"] = stanza.IsPeer ? "peer" : null,
                ["type"] = "retry",
            },
            children);
    }

    private static Node Keys(SessionTransaction store, OwnAccount own, IRandomSource random, DateTimeOffset now)
    {
        var identity = store.Signal.Own.Identity;
        var signed = store.Signal.LoadSignedPreKey(store.Device.Required.SignedPreKeyId)
            ?? throw new InvalidOperationException("The current signed prekey is missing in the store.");
        var oneTime = store.PreKeys.Reserve(random, now);
        return new Node(
            "keys",
            null,
            new Node("type", null, new byte[] { 5 }),
            new Node("identity", null, identity.Public),
            PreKeyStanzas.OneTime(oneTime),
            PreKeyStanzas.Signed(signed),
            new Node("device-identity", null, own.Certificate));
    }
}
