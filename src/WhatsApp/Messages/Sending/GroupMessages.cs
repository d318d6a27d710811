using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Groups;
using WhatsApp.Identity;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Messages.Sending;

/// <summary>Writes the stanza of a message to a group: one ciphertext for all, and our sender key for devices that lack it. Source: facts 10.4.</summary>
internal sealed class GroupMessages(TimeProvider time, IRandomSource random, ILogger<GroupMessages> logger) : IStanzaWriter
{
    /// <summary>After so many messages a new sender key is handed out: who got hold of one reads a bounded time.</summary>
    public const uint MostIterations = 1000;

    public SendPlan Plan(SessionTransaction store, OutgoingMessage message, bool byLid)
    {
        if (TargetOf(store, message) is not { } target)
        {
            return SendPlan.ReadGroupFirst;
        }

        var cipher = new GroupCipher(store.Signal, random);
        if (cipher.IterationOf(message.Chat, target.Sender) >= MostIterations)
        {
            StoredGroup.DropSenderKey(store, message.Chat, target.Own); // already here, so that the plan fetches what the new key's way out needs
        }

        return SendPlan.Of(store, target.Recipients, Lacking(store, message.Chat, cipher, target), random);
    }

    public WrittenStanza? Write(SessionTransaction store, OutgoingMessage message, bool byLid, IReadOnlyDictionary<Jid, PreKeyBundle> bundles)
    {
        if (TargetOf(store, message) is not { } target || target.Recipients.Unknown.Count > 0)
        {
            return null;
        }

        var cipher = new GroupCipher(store.Signal, random);
        var distribution = OutgoingMessage.WithSenderKey(null, message.Chat, cipher.DistributionFor(message.Chat, target.Sender));
        var keyId = cipher.KeyIdOf(message.Chat, target.Sender);
        var encryption = new DeviceEncryption(store, bundles, random, time, logger);
        var lacking = Lacking(store, message.Chat, cipher, target);
        var reached = new List<Recipient>();
        var nodes = encryption.EncryptForEach(lacking, _ => distribution, decryptFail: null, reached);
        if (store.Signal.LoadSenderKey(message.Chat, target.Sender) is null)
        {
            return null; // a member showed a new identity: the key just handed out went with the old one
        }

        SendPlan.DoubtUnreached(store, lacking, reached);
        var ciphertext = cipher.Encrypt(message.Chat, target.Sender, MessagePadding.Pad(message.Plaintext, random));
        var stanza = new Node(
            "message",
            new()
            {
                ["id"] = message.Id,
                ["to"] = message.Chat,
                ["type"] = "text",
                ["edit"] = message.Edit,
                ["phash"] = target.Recipients.Hash,
                ["addressing_mode"] = target.ByLid ? "lid" : "pn",
            },
            [
                .. nodes.Count > 0 ? (Node[])[new Node("participants", null, [.. nodes])] : [],
                DeviceEncryption.Encrypted(CiphertextType.SenderKeyMessage, ciphertext, message.Edit is null ? null : "hide", count: null),
                .. encryption.NeedsCertificate ? (Node[])[DeviceEncryption.Certificate(target.Own)] : [],
            ]);
        return new WrittenStanza(stanza, new Delivery
        {
            Hash = target.Recipients.Hash,
            ByLid = target.ByLid,
            Edit = message.Edit,
            KeyId = keyId,
            KeyTo = [.. reached.Select(device => device.Id.ToString())],
        }, lacking.Count - reached.Count);
    }

    private static List<Recipient> Lacking(SessionTransaction store, Jid group, GroupCipher cipher, Target target)
    {
        if (store.Signal.LoadSenderKey(group, target.Sender) is null)
        {
            return [.. target.Recipients.Devices];
        }

        var holders = store.SenderKeyShares.Holders(group, cipher.KeyIdOf(group, target.Sender)).ToHashSet();
        return [.. target.Recipients.Devices.Where(device => !holders.Contains(device.Id))];
    }

    /// <summary>Null when the members have to be read first.</summary>
    private Target? TargetOf(SessionTransaction store, OutgoingMessage message)
    {
        if (StoredGroup.Load(store, message.Chat) is not { Stale: false } group)
        {
            return null;
        }

        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        var byLid = group.LidAddressing && own.Lid is not null;
        var recipients = Recipients.Resolve(store, people, own, group.PersonsIn(people), byLid, time.GetUtcNow());
        return new Target(own, byLid, people.ThisDevice, recipients);
    }

    private sealed record Target(OwnAccount Own, bool ByLid, DeviceId Sender, Recipients Recipients);
}
