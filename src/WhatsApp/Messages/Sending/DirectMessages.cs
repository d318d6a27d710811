using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Governor;
using WhatsApp.Identity;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Messages.Sending;

/// <summary>Writes the stanza of a message to one person: every device of theirs and our own other ones. Source: facts 10.3.</summary>
internal sealed class DirectMessages(TimeProvider time, IRandomSource random, ILogger<DirectMessages> logger) : IStanzaWriter
{
    public SendPlan Plan(SessionTransaction store, OutgoingMessage message, bool byLid)
    {
        var target = TargetOf(store, message, byLid);
        return SendPlan.Of(store, target.Recipients, target.Recipients.Devices, random);
    }

    public WrittenStanza? Write(SessionTransaction store, OutgoingMessage message, bool byLid, IReadOnlyDictionary<Jid, PreKeyBundle> bundles)
    {
        var (own, people, person, recipients) = TargetOf(store, message, byLid);
        if (recipients.Unknown.Count > 0)
        {
            return null;
        }

        var to = NameOf(store, person, byLid && WireAddress.PrefersLid(store, person, time.GetUtcNow()));
        var encryption = new DeviceEncryption(store, bundles, random, time, logger);
        var forOwn = new Lazy<byte[]>(() => OutgoingMessage.ForOwnDevices(message.Plaintext, to));
        var reached = new List<Recipient>();
        var decryptFail = message.Edit is null ? null : "hide";
        var nodes = encryption.EncryptForEach(recipients.Devices, device => device.IsOwn ? forOwn.Value : message.Plaintext, decryptFail, reached);
        if (!reached.Exists(device => !device.IsOwn))
        {
            throw new ServerRefusedException("No device of the recipient can be reached.");
        }

        SendPlan.DoubtUnreached(store, recipients.Devices, reached);
        var stanza = new Node(
            "message",
            new()
            {
                ["id"] = message.Id,
                ["to"] = to,
                ["peer_recipient_pn"] = to.IsLid ? store.Lids.PhoneOf(to) : null,
                ["type"] = "text",
                ["edit"] = message.Edit,
            },
            [
                new Node("participants", null, [.. nodes]),
                .. encryption.NeedsCertificate ? (Node[])[DeviceEncryption.Certificate(own)] : [],
                .. PrivacyTokens.For(store, person, time.GetUtcNow()),
            ]);
        return new WrittenStanza(stanza, new Delivery { Hash = recipients.Hash, ByLid = to.IsLid, Edit = message.Edit, To = [.. reached.Select(device => device.Id.ToString())] }, recipients.Devices.Count - reached.Count);
    }

    private (OwnAccount Own, People People, PeerId Person, Recipients Recipients) TargetOf(SessionTransaction store, OutgoingMessage message, bool byLid)
    {
        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        var person = people.PeerOf(message.Chat);
        var now = time.GetUtcNow();
        var recipients = Recipients.Resolve(store, people, own, [person], byLid && own.Lid is not null && WireAddress.PrefersLid(store, person, now), now);
        return (own, people, person, recipients);
    }

    private static Jid NameOf(SessionTransaction store, PeerId person, bool byLid) =>
        byLid ? person.Name : store.Lids.PhoneOf(person) ?? person.Name;
}
