using System.Buffers.Binary;
using WhatsApp.Binary;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Login;

/// <summary>Prekeys on the wire: ids of 3 bytes, keys of 32. Source: facts 8.3.</summary>
internal static class PreKeyStanzas
{
    public static Node CountQuery() => new("iq", new() { ["to"] = Jid.Service, ["type"] = "get", ["xmlns"] = "encrypt" }, new Node("count"));

    public static Node DigestQuery() => new("iq", new() { ["to"] = Jid.Service, ["type"] = "get", ["xmlns"] = "encrypt" }, new Node("digest"));

    public static Node Rotate(SignedPreKey key) => new("iq", new() { ["to"] = Jid.Service, ["type"] = "set", ["xmlns"] = "encrypt" }, new Node("rotate", null, Signed(key)));

    public static Node Upload(OwnIdentity own, SignedPreKey signed, IReadOnlyList<PreKey> keys) =>
        new("iq", new() { ["to"] = Jid.Service, ["type"] = "set", ["xmlns"] = "encrypt" },
            new Node("registration", null, RegistrationBytes(own.RegistrationId)),
            new Node("type", null, new byte[] { 5 }),
            new Node("identity", null, own.Identity.Public),
            new Node("list", null, [.. keys.Select(OneTime)]),
            Signed(signed));

    /// <summary><c>&lt;key&gt;&lt;id/&gt;&lt;value/&gt;&lt;/key&gt;</c></summary>
    public static Node OneTime(PreKey key) => new("key", null, new Node("id", null, IdBytes(key.Id)), new Node("value", null, key.Key.Public));

    /// <summary><c>&lt;skey&gt;&lt;id/&gt;&lt;value/&gt;&lt;signature/&gt;&lt;/skey&gt;</c></summary>
    public static Node Signed(SignedPreKey key) => new("skey", null,
        new Node("id", null, IdBytes(key.Id)),
        new Node("value", null, key.Key.Public),
        new Node("signature", null, key.Signature));

    public static byte[] RegistrationBytes(uint registrationId)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, registrationId);
        return bytes;
    }

    /// <summary>Null for anything but three bytes.</summary>
    public static uint? IdOf(Node? id) => id?.Bytes is { Length: 3 } bytes ? (uint)((bytes.Span[0] << 16) | (bytes.Span[1] << 8) | bytes.Span[2]) : null;

    private static byte[] IdBytes(uint id) => [(byte)(id >> 16), (byte)(id >> 8), (byte)id];
}
