using System.Buffers;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using WhatsApp.Binary;

namespace WhatsApp.Tests.Binary;

public class NodeRoundTripTests
{
    private static readonly Config Rounds = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void Any_node_comes_back_as_it_was() =>
        Prop.ForAll(NodeGenerator.Any(), node => NodeComparison.AssertSame(node, NodeDecoder.Decode(NodeEncoder.Encode(node)))).Check(Rounds);

    [Fact]
    public void What_was_decoded_encodes_to_the_same_bytes() =>
        Prop.ForAll(NodeGenerator.Any(), node =>
        {
            var bytes = NodeEncoder.Encode(NodeDecoder.Decode(NodeEncoder.Encode(node)));

            // a text content came back as bytes: from here on the form is stable
            Assert.Equal(bytes, NodeEncoder.Encode(NodeDecoder.Decode(bytes)));
        }).Check(Rounds);

    [Fact]
    public void A_compressed_node_is_inflated() =>
        Prop.ForAll(NodeGenerator.Any(), node =>
        {
            var compressed = Compress(NodeEncoder.Encode(node).AsSpan(1));

            NodeComparison.AssertSame(node, NodeDecoder.Decode(compressed, NodeLimits.Default));
        }).Check(Rounds.WithMaxTest(50));

    [Fact]
    public void Encoding_into_a_writer_appends_the_same_bytes()
    {
        var node = new Node("iq", new() { ["id"] = "1" }, new Node("ping"));
        var output = new ArrayBufferWriter<byte>();
        output.Write(new byte[] { 0xAB });

        NodeEncoder.Encode(node, output);

        Assert.Equal([0xAB, .. NodeEncoder.Encode(node)], output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Messenger_and_interop_addresses_use_their_own_forms()
    {
        var messenger = NodeEncoder.Encode(new Node("to", new() { ["jid"] = new Jid("628", JidServers.Messenger, 258) }));
        var interop = NodeEncoder.Encode(new Node("to", new() { ["jid"] = new Jid("7-628", JidServers.Interop, 258) }));

        // form, packed "628", device 0x0102, (integrator 7,) server
        Assert.StartsWith("00f803110cf6ff82628f0102", Convert.ToHexStringLower(messenger), StringComparison.Ordinal);
        Assert.StartsWith("00f803110cf5ff82628f01020007", Convert.ToHexStringLower(interop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hosted", 0, "00f803110cf78000ff82628f")]
    [InlineData("hosted", 99, "00f803110cf78063ff82628f")]
    [InlineData("hosted.lid", 99, "00f803110cf78163ff82628f")]
    public void Hosted_addresses_are_always_in_the_device_form(string server, int device, string hex) =>
        Assert.Equal(hex, Convert.ToHexStringLower(NodeEncoder.Encode(new Node("to", new() { ["jid"] = new Jid("628", server, (ushort)device) }))));

    internal static byte[] Compress(ReadOnlySpan<byte> plain)
    {
        using var output = new MemoryStream();
        output.WriteByte(2);
        using (var zlib = new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(plain);
        }

        return output.ToArray();
    }
}
