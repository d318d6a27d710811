using System.IO.Compression;
using Google.Protobuf;
using WhatsApp.Binary;
using WhatsApp.Messages.Receiving;
using WhatsApp.Pairing;
using WhatsApp.Proto;
using WhatsApp.Tests.Wire;
using WhatsApp.Wire;

namespace WhatsApp.Tests.Hardening;

/// <summary>Every cap at its last good value and one past it. Nesting of nodes and jumps of chains stand beside their own tests.</summary>
public class LimitTests
{
    private const int OneMessage = 1024 * 1024;

    [Fact]
    public void A_list_may_have_32768_elements()
    {
        Assert.Equal(32_768, Decoded(32_768).Children.Count);
        Assert.Contains("more than 32768 elements", Assert.Throws<MalformedNodeException>(() => Decoded(32_769)).Message, StringComparison.Ordinal);

        static Node Decoded(int count) => NodeDecoder.Decode(NodeEncoder.Encode(new Node("iq", null, [.. Enumerable.Repeat(new Node("ping"), count)])));
    }

    [Fact]
    public void A_frame_may_hold_500000_nodes()
    {
        Assert.Equal("iq", Decoded(499_999 - 20).Tag); // the outermost and its 20 lists count too
        Assert.Contains("more than 500000 nodes", Assert.Throws<MalformedNodeException>(() => Decoded(500_000 - 20)).Message, StringComparison.Ordinal);

        static Node Decoded(int leaves) => NodeDecoder.Decode(NodeEncoder.Encode(new Node("iq", null, [.. Enumerable.Range(0, 20).Select(list =>
            new Node("list", null, [.. Enumerable.Repeat(new Node("ping"), (leaves / 20) + (list < leaves % 20 ? 1 : 0))]))])));
    }

    [Fact]
    public void A_frame_may_inflate_to_16_MiB()
    {
        const int cap = 16 * OneMessage;

        Assert.Equal("enc", Inflated(cap).Tag);
        Assert.Contains($"inflates to more than {cap}", Assert.Throws<MalformedNodeException>(() => Inflated(cap + 1)).Message, StringComparison.Ordinal);

        static Node Inflated(int size)
        {
            var overhead = NodeEncoder.Encode(new Node("enc", null, new byte[OneMessage])).Length - 1 - OneMessage;
            var plain = NodeEncoder.Encode(new Node("enc", null, new byte[size - overhead])).AsSpan(1);
            Assert.Equal(size, plain.Length);
            using var target = new MemoryStream();
            using (var zlib = new ZLibStream(target, CompressionLevel.Fastest))
            {
                zlib.Write(plain);
            }

            return NodeDecoder.Decode((byte[])[NodeTags.CompressedFlag, .. target.ToArray()]);
        }
    }

    [Fact]
    public async Task A_frame_may_be_as_long_as_agreed()
    {
        byte[] stream = [0, 4, 0, .. new byte[1024], 0, 4, 1];
        await using var frames = FrameChannel.ForClient(new ScriptedByteChannel(stream), maxLength: 1024);

        Assert.Equal(1024, (await frames.ReceiveFrameAsync(default))!.Length);
        await Assert.ThrowsAsync<IOException>(() => frames.ReceiveFrameAsync(default));
    }

    [Fact]
    public async Task A_client_may_send_4096_bytes_of_routing()
    {
        Assert.Equal([7], await FirstFrameAsync(4096) ?? []);
        await Assert.ThrowsAsync<IOException>(() => FirstFrameAsync(4097));

        static async Task<byte[]?> FirstFrameAsync(int routing)
        {
            byte[] stream = [0x45, 0x44, 0, 1, 0, (byte)(routing >> 8), (byte)routing, .. new byte[routing], 0x57, 0x41, 6, 3, 0, 0, 1, 7];
            await using var frames = FrameChannel.ForServer(new ScriptedByteChannel(stream));
            return await frames.ReceiveFrameAsync(default);
        }
    }

    [Fact]
    public void A_message_may_have_8_parts_of_1_MiB()
    {
        Assert.Equal(8, MessageStanza.Read(Stanza(8, 1)).Parts.Count);
        Assert.Equal(OneMessage, MessageStanza.Read(Stanza(1, OneMessage)).Parts[0].Bytes.Length);

        Assert.Contains("too many parts", Assert.Throws<MalformedNodeException>(() => MessageStanza.Read(Stanza(9, 1))).Message, StringComparison.Ordinal);
        Assert.Contains("too large", Assert.Throws<MalformedNodeException>(() => MessageStanza.Read(Stanza(1, OneMessage + 1))).Message, StringComparison.Ordinal);

        static Node Stanza(int parts, int size) => new(
            "message",
            new() { ["id"] = "3EB0AA", ["from"] = new Jid("628000000001", JidServers.Phone), ["t"] = 1_793_534_400 },
            [.. Enumerable.Range(0, parts).Select(_ => new Node("enc", new() { ["v"] = "2", ["type"] = "msg" }, new byte[size]))]);
    }

    [Fact]
    public void A_message_may_be_wrapped_8_times()
    {
        Assert.Equal("text", Content(Wrapped(8)).Text);
        Assert.Throws<MessageNestingException>(() => Content(Wrapped(9)));

        static Message Wrapped(int times) => times == 0 ? new Message { Conversation = "text" } : new Message { EphemeralMessage = new FutureProofMessage { Message = Wrapped(times - 1) } };
    }

    [Fact]
    public void A_text_may_have_131072_characters()
    {
        const int longest = 128 * 1024;

        Assert.Equal(longest, Content(new Message { Conversation = new string('a', longest) }).Text!.Length);
        Assert.Null(Content(new Message { Conversation = new string('a', longest + 1) }).Text);
    }

    [Fact]
    public void A_passkeys_answer_may_have_64_KiB()
    {
        Assert.Equal(LinkingAnswer.Malformed, PasskeyAssertion.Read(new string('[', 64 * 1024), []).Outcome); // JSON itself stops at 64 levels
        Assert.Equal(LinkingAnswer.Malformed, PasskeyAssertion.Read(new string(' ', 64 * 1024) + "{}", []).Outcome);
        Assert.Null(PasskeyOptions.Read(new byte[(64 * 1024) + 1]));
    }

    private static MessageContent Content(Message message) => MessageContent.Read(message.ToByteArray(), padded: false, fromOwnAccount: false);
}
