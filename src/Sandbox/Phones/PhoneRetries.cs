using System.Buffers.Binary;
using System.Globalization;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Crypto;
using WhatsApp.Signal;

namespace Sandbox.Phones;

/// <summary>Asks the writer of a message that could not be read to send it again.</summary>
internal sealed class PhoneRetries(PhoneContext phone)
{
    private const string Kind = "phone-retries";
    private const int Most = 5;

    public void Ask(Node stanza, SignalFault reason)
    {
        var key = $"{phone.Account.Id}/{stanza["id"]}/{stanza["participant"] ?? stanza["from"]}";
        var count = (phone.Core.Store.GetJson<Counter>(Kind, key)?.Count ?? 0) + 1;
        if (count > Most)
        {
            return;
        }

        phone.Core.Store.PutJson(Kind, key, new Counter(count));
        var registration = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(registration, phone.Keys.RegistrationId);
        List<Node> children =
        [
            new("retry", new() { ["v"] = "1", ["count"] = count, ["id"] = stanza["id"], ["t"] = stanza["t"], ["error"] = ((int)reason).ToString(CultureInfo.InvariantCulture) }),
            new("registration", null, registration),
        ];
        if (count >= 2 || reason is SignalFault.NoSession or SignalFault.InvalidKeyId)
        {
            children.Add(Keys());
        }

        phone.Core.Receive(phone.Key, new Node("receipt", new()
        {
            ["type"] = "retry",
            ["id"] = stanza["id"],
            ["to"] = stanza.Attributes["from"],
            ["participant"] = stanza.Attributes["participant"],
            ["recipient"] = stanza.Attributes["recipient"],
            ["category"] = stanza["category"],
        }, children));
    }

    private Node Keys()
    {
        var (id, one) = phone.Store.NewPreKey(phone.Random);
        return new Node("keys", null,
            new Node("type", null, new byte[] { 5 }),
            new Node("identity", null, phone.Store.Own.Identity.Public),
            new Node("key", null, new Node("id", null, Id(id)), new Node("value", null, one)),
            new Node("skey", null,
                new Node("id", null, Id(PhoneSignalStore.SignedPreKeyId)),
                new Node("value", null, KeyPair.FromPrivate(phone.Keys.SignedPreKey).Public),
                new Node("signature", null, phone.Keys.SignedPreKeySignature)));
    }

    private static byte[] Id(uint id) => [(byte)(id >> 16), (byte)(id >> 8), (byte)id];

    private sealed record Counter(int Count);
}
