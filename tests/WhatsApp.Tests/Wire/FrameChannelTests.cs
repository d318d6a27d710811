using WhatsApp.Wire;

namespace WhatsApp.Tests.Wire;

public class FrameChannelTests
{
    private static readonly byte[] Intro = [0x57, 0x41, 6, 3];

    [Fact]
    public async Task The_intro_goes_out_once_before_the_first_frame()
    {
        var bytes = new ScriptedByteChannel();
        await using var frames = FrameChannel.ForClient(bytes, ReadOnlyMemory<byte>.Empty);

        await frames.SendFrameAsync(new byte[] { 9, 8 }, default);
        await frames.SendFrameAsync(new byte[] { 7 }, default);

        Assert.Equal(["574106030000020908", "00000107"], bytes.Sent.Select(Convert.ToHexStringLower));
    }

    [Fact]
    public async Task Routing_info_goes_out_before_the_intro()
    {
        var bytes = new ScriptedByteChannel();
        await using var frames = FrameChannel.ForClient(bytes, new byte[] { 0xAA, 0xBB });

        await frames.SendFrameAsync(new byte[] { 9 }, default);

        Assert.Equal("45440001000002aabb5741060300000109", Convert.ToHexStringLower(Assert.Single(bytes.Sent)));
    }

    [Fact]
    public async Task Frames_split_at_every_byte_arrive_whole()
    {
        byte[] stream = [0x45, 0x44, 0, 1, 0, 0, 2, 0xAA, 0xBB, .. Intro, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 0, 1, 4];
        for (var cut = 1; cut < stream.Length; cut++)
        {
            await AssertFramesAsync(new ScriptedByteChannel(stream[..cut], stream[cut..]));
        }

        await AssertFramesAsync(new ScriptedByteChannel(stream)); // all in one message
        await AssertFramesAsync(new ScriptedByteChannel(stream.Select(one => new[] { one }))); // a message a byte

        static async Task AssertFramesAsync(ScriptedByteChannel bytes)
        {
            await using var frames = FrameChannel.ForServer(bytes);
            Assert.Equal((byte[])[1, 2, 3], await frames.ReceiveFrameAsync(default) ?? throw new EndOfStreamException());
            Assert.Equal((byte[])[], await frames.ReceiveFrameAsync(default) ?? throw new EndOfStreamException());
            Assert.Equal((byte[])[4], await frames.ReceiveFrameAsync(default) ?? throw new EndOfStreamException());
            Assert.Null(await frames.ReceiveFrameAsync(default));
            Assert.Equal([0xAA, 0xBB], frames.RoutingInfo.ToArray());
        }
    }

    [Fact]
    public async Task A_large_frame_in_many_pieces_arrives_whole_and_the_next_one_too()
    {
        var payload = new byte[3_000_000];
        new Random(1).NextBytes(payload);
        byte[] stream = [(byte)(payload.Length >> 16), (byte)((payload.Length >> 8) & 0xFF), (byte)(payload.Length & 0xFF), .. payload, 0, 0, 1, 5];
        await using var frames = FrameChannel.ForClient(new ScriptedByteChannel(stream.Chunk(1_000)), ReadOnlyMemory<byte>.Empty);

        Assert.Equal(payload, await frames.ReceiveFrameAsync(default) ?? throw new EndOfStreamException());
        Assert.Equal((byte[])[5], await frames.ReceiveFrameAsync(default) ?? throw new EndOfStreamException());
    }

    [Fact]
    public async Task The_end_inside_a_frame_is_a_fault_and_between_frames_is_not()
    {
        byte[] stream = [.. Intro, 0, 0, 2, 1, 2];
        for (var length = 1; length < stream.Length; length++)
        {
            await using var cut = FrameChannel.ForServer(new ScriptedByteChannel(stream[..length]));
            if (length == Intro.Length)
            {
                Assert.Null(await cut.ReceiveFrameAsync(default));
            }
            else
            {
                await Assert.ThrowsAsync<EndOfStreamException>(() => cut.ReceiveFrameAsync(default));
            }
        }

        await using var nothing = FrameChannel.ForServer(new ScriptedByteChannel());
        Assert.Null(await nothing.ReceiveFrameAsync(default));
    }

    [Fact]
    public async Task A_frame_over_the_limit_is_refused_before_its_bytes_come()
    {
        await using var frames = FrameChannel.ForClient(new ScriptedByteChannel([0, 4, 1]), ReadOnlyMemory<byte>.Empty, maxLength: 1024);

        var fault = await Assert.ThrowsAsync<IOException>(() => frames.ReceiveFrameAsync(default));
        Assert.Contains("at most 1024", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frame_longer_than_its_length_can_say_is_not_sent()
    {
        var bytes = new ScriptedByteChannel();
        await using var frames = FrameChannel.ForClient(bytes, ReadOnlyMemory<byte>.Empty);

        await Assert.ThrowsAsync<ArgumentException>(async () => await frames.SendFrameAsync(new byte[1 << 24], default));
        Assert.Empty(bytes.Sent);
    }

    [Theory]
    [InlineData("4745542f")] // "GET/"
    [InlineData("57410602")] // another dictionary
    [InlineData("45440001ffffff")] // routing info without end
    public async Task A_wrong_intro_is_refused(string hex)
    {
        await using var frames = FrameChannel.ForServer(new ScriptedByteChannel(Convert.FromHexString(hex)));

        await Assert.ThrowsAsync<IOException>(() => frames.ReceiveFrameAsync(default));
    }
}
