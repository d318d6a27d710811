using WhatsApp.Binary;

namespace WhatsApp.Tests.Binary;

/// <summary>Bytes another client's encoder made.</summary>
public class NodeVectorTests
{
    private static readonly (string Hex, Node Node)[] Vectors =
    [
        ("00f8091908ff821b1f165704291103", new Node("iq", new() { ["id"] = "1.1", ["xmlns"] = "w:p", ["type"] = "get", ["to"] = Jid.Service })),
        ("00f80a1908ff0326b1a216ec18045a1103f801f801ec01", new Node("iq", new() { ["id"] = "26.1-2", ["xmlns"] = "passive", ["type"] = "set", ["to"] = Jid.Service }, new Node("active"))),
        ("00f8050708fb0b3eb0c767d71d9b1f2a3c4d11faff875511999999999f03", new Node("receipt", new() { ["id"] = "3EB0C767D71D9B1F2A3C4D", ["to"] = new Jid("5511999999999", JidServers.Phone) })),
        ("00f803110cf7000eff875511999999999f", new Node("to", new() { ["jid"] = new Jid("5511999999999", JidServers.Phone, 14) })),
        ("00f803110cf70103ff88123456789012345f", new Node("to", new() { ["jid"] = new Jid("123456789012345", JidServers.Lid, 3) })),
        ("00f803110cfaff88123456789012345f76", new Node("to", new() { ["jid"] = new Jid("123456789012345", JidServers.Lid) })),
        ("00f8071311faff091203630210332549491c0438fc0f61646472657373696e675f6d6f646576", new Node("message", new() { ["to"] = new Jid("120363021033254949", JidServers.Group), ["type"] = "text", ["addressing_mode"] = "lid" })),
        ("00f8061d51450432fc0300ff10", new Node("enc", new() { ["v"] = "2", ["type"] = "skmsg" }, new byte[] { 0x00, 0xff, 0x10 })),
        ("00f8021dfd00012c" + string.Concat(Enumerable.Repeat("01", 300)), new Node("enc", null, Enumerable.Repeat((byte)1, 300).ToArray())),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Vectors.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Our_encoder_makes_the_same_bytes(int number)
    {
        var (hex, node) = Vectors[number];

        Assert.Equal(hex, Convert.ToHexStringLower(NodeEncoder.Encode(node)));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Our_decoder_reads_the_same_node(int number)
    {
        var (hex, node) = Vectors[number];

        NodeComparison.AssertSame(node, NodeDecoder.Decode(Convert.FromHexString(hex)));
    }

    [Fact]
    public void Every_truncation_of_every_vector_is_malformed()
    {
        foreach (var (hex, _) in Vectors)
        {
            var bytes = Convert.FromHexString(hex);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<MalformedNodeException>(() => NodeDecoder.Decode(bytes.AsMemory(0, length)));
            }
        }
    }

    [Fact]
    public void A_byte_after_the_node_is_malformed()
    {
        foreach (var (hex, _) in Vectors)
        {
            Assert.Throws<MalformedNodeException>(() => NodeDecoder.Decode(Convert.FromHexString(hex + "00")));
        }
    }
}
