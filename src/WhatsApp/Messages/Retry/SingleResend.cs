using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Governor;
using WhatsApp.Identity;
using WhatsApp.Messages.Sending;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Messages.Retry;

/// <summary>Writes a message of ours once more, for one device only, inside a commit. Source: facts 11.6, step 4.</summary>
internal sealed class SingleResend(TimeProvider time, IRandomSource random, ILogger<SingleResend> logger)
{
    /// <param name="store">The commit.</param>
    /// <param name="row">The message.</param>
    /// <param name="wire">The device as the stanza names it.</param>
    /// <param name="count">Which request this answers; null when nobody asked.</param>
    /// <param name="bundles">Keys to begin a session with.</param>
    /// <param name="renew">Even if there is one.</param>
    /// <returns>Null when the device cannot be encrypted for.</returns>
    public Node? Write(SessionTransaction store, OutboundRow row, Jid wire, int? count, IReadOnlyDictionary<Jid, PreKeyBundle> bundles, bool renew)
    {
        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        var device = people.DeviceOf(wire);
        var delivery = row.Delivery is { } bytes ? Delivery.Read(bytes) : null;
        var isGroup = row.Chat.IsGroup;
        var encryption = new DeviceEncryption(store, bundles, random, time, logger, renew);
        var encrypted = encryption.TryEncrypt(device, PlaintextFor(store, people, own, row, device), delivery?.Edit is null ? null : "hide", count);
        if (encrypted is null)
        {
            return null;
        }

        return new Node(
            "message",
            new()
            {
                ["id"] = row.Id,
                ["to"] = isGroup ? row.Chat : wire,
                ["participant"] = isGroup ? wire : default(Jid?),
                ["recipient"] = own.Owns(device) && !isGroup ? row.Chat : default(Jid?),
                ["device_fanout"] = isGroup ? null : "false",
                ["type"] = "text",
                ["edit"] = delivery?.Edit,
                ["t"] = row.CreatedAt.ToUnixTimeSeconds(),
                ["addressing_mode"] = !isGroup ? null : delivery is { ByLid: true } ? "lid" : "pn",
            },
            [
                encrypted,
                .. encryption.NeedsCertificate ? (Node[])[DeviceEncryption.Certificate(own)] : [],
                .. isGroup || own.Owns(device) ? [] : PrivacyTokens.For(store, device.Peer, time.GetUtcNow()),
            ]);
    }

    private byte[] PlaintextFor(SessionTransaction store, People people, OwnAccount own, OutboundRow row, DeviceId device)
    {
        if (row.Chat.IsGroup)
        {
            var distribution = new GroupCipher(store.Signal, random).DistributionFor(row.Chat, people.ThisDevice);
            return OutgoingMessage.WithSenderKey(row.Plaintext, row.Chat, distribution);
        }

        return own.Owns(device) ? OutgoingMessage.ForOwnDevices(row.Plaintext, row.Chat) : row.Plaintext;
    }
}
