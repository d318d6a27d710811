using System.IO.Compression;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Devices;
using WhatsApp.Groups;
using WhatsApp.Messages.Receiving;
using WhatsApp.Messages.Retry;
using WhatsApp.Pairing;
using WhatsApp.Supervision;

namespace Fuzz.Targets;

/// <summary>Frames' payloads and what reads the nodes in them.</summary>
internal static class NodeTargets
{
    private static readonly Jid Person = new("628000000001", JidServers.Phone, 2);
    private static readonly Jid Group = new("120363", JidServers.Group);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.Refusing<MalformedNodeException>("node", () => Nodes().Select(NodeEncoder.Encode), ReadNode),
        FuzzTarget.Refusing<MalformedNodeException>("inflate", () => Nodes().Select(Deflate), Inflate),
        FuzzTarget.Refusing<MalformedNodeException>("packed", () => [[251, 0x82, 0x12, 0x3f], [255, 3, 0x12, 0x34, 0x5a]], ReadPacked),
        FuzzTarget.Refusing<MalformedNodeException>("stanza", () => Nodes().Select(NodeEncoder.Encode), ReadStanza),
        new("jid", () => ((string[])["628000000001:2@s.whatsapp.net", "120363@g.us", "100000000000001.1:3@lid"]).Select(System.Text.Encoding.UTF8.GetBytes), ReadJid),
    ];

    private static void ReadNode(byte[] bytes)
    {
        var once = NodeEncoder.Encode(NodeDecoder.Decode(bytes));
        var twice = NodeEncoder.Encode(NodeDecoder.Decode(once));
        FuzzTarget.Require(once.AsSpan().SequenceEqual(twice), "what was read and written is read the same");
    }

    private static void Inflate(byte[] bytes) => NodeDecoder.Decode((byte[])[NodeTags.CompressedFlag, .. bytes], new NodeLimits { InflatedSize = 64 * 1024 });

    private static void ReadPacked(byte[] bytes)
    {
        if (bytes.Length >= 2 && (bytes[1] & 0x7F) <= bytes.Length - 2)
        {
            var text = PackedText.Read(bytes[0] % 2 == 0 ? NodeTags.Hex8 : NodeTags.Nibble8, bytes[1], bytes.AsSpan(2, bytes[1] & 0x7F));
            FuzzTarget.Require(text.Length <= 254, "a packed text has at most 254 characters");
        }
    }

    /// <summary>One after the other, each as if the stanza were its own: a stranger decides what it is called.</summary>
    private static void ReadStanza(byte[] bytes)
    {
        var node = NodeDecoder.Decode(bytes);
        Action<Node>[] readers =
        [
            item => MessageStanza.Read(item), item => FaultReader.Read(item, DateTimeOffset.UnixEpoch), item => RetryRequest.Read(item),
            item => GroupMetadata.Read(item), item => GroupNotification.Read(item), item => BundleQuery.Read(item), item => DeviceQuery.Read(item),
            item => LinkingStanzas.Read(item),
        ];
        foreach (var read in readers)
        {
            try
            {
                read(node);
            }
            catch (MalformedNodeException)
            {
                continue; // refused; the next reader sees it too
            }
        }
    }

    private static void ReadJid(byte[] bytes)
    {
        if (Jid.TryParse(System.Text.Encoding.UTF8.GetString(bytes), out var jid))
        {
            FuzzTarget.Require(Jid.TryParse(jid.ToString(), out var again) && again == jid, "an address is read as it was written");
        }
    }

    private static byte[] Deflate(Node node)
    {
        using var target = new MemoryStream();
        using (var zlib = new ZLibStream(target, CompressionLevel.Fastest))
        {
            zlib.Write(NodeEncoder.Encode(node).AsSpan(1));
        }

        return target.ToArray();
    }

    private static IEnumerable<Node> Nodes()
    {
        var key = new byte[32];
        yield return new("iq", new() { ["id"] = "1", ["to"] = Jid.Service, ["type"] = "get", ["xmlns"] = "w:p" });
        yield return new("message", new() { ["id"] = "3EB0AA", ["from"] = Group, ["participant"] = Person, ["t"] = 1_793_534_400, ["notify"] = "Ani", ["addressing_mode"] = "lid", ["offline"] = "1" },
            new Node("enc", new() { ["v"] = "2", ["type"] = "pkmsg", ["count"] = "1" }, new byte[40]), new Node("enc", new() { ["v"] = "2", ["type"] = "skmsg" }, new byte[80]));
        yield return new("stream:error", new() { ["code"] = "401" }, new Node("conflict", new() { ["type"] = "device_removed" }));
        yield return new("failure", new() { ["reason"] = "402", ["code"] = "104", ["expire"] = "3600" });
        yield return new("receipt", new() { ["id"] = "3EB0AA", ["from"] = Group, ["participant"] = Person, ["type"] = "retry", ["t"] = 1_793_534_400 },
            new Node("retry", new() { ["count"] = "2", ["id"] = "3EB0AA", ["t"] = "1", ["v"] = "1" }), new Node("registration", null, new byte[4]),
            new Node("keys", null, new Node("type", null, new byte[] { 5 }), new Node("identity", null, key), new Node("key", null, new Node("id", null, new byte[3]), new Node("value", null, key)),
                new Node("skey", null, new Node("id", null, new byte[3]), new Node("value", null, key), new Node("signature", null, new byte[64]))));
        yield return new("group", new() { ["id"] = "120363", ["subject"] = "Grup", ["addressing_mode"] = "lid", ["p_v_id"] = "7" },
            new Node("participant", new() { ["jid"] = Person, ["type"] = "admin" }), new Node("announcement"));
        yield return new("notification", new() { ["type"] = "w:gp2", ["from"] = Group, ["id"] = "9", ["t"] = 1_793_534_400, ["participant"] = Person },
            new Node("add", new() { ["v_id"] = "8", ["prev_v_id"] = "7" }, new Node("participant", new() { ["jid"] = Person })));
        yield return new("iq", new() { ["type"] = "result" }, new Node("usync", null, new Node("list", null, new Node("user", new() { ["jid"] = Person },
            new Node("devices", null, new Node("device-list", null, new Node("device", new() { ["id"] = "0" }), new Node("device", new() { ["id"] = "2", ["key-index"] = "1" })))))));
        yield return new("iq", new() { ["type"] = "result" }, new Node("list", null, new Node("user", new() { ["jid"] = Person }, new Node("registration", null, new byte[4]), new Node("type", null, new byte[] { 5 }),
            new Node("identity", null, key), new Node("skey", null, new Node("id", null, new byte[3]), new Node("value", null, key), new Node("signature", null, new byte[64])))));
    }
}
