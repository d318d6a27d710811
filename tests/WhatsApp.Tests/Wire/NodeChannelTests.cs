using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Sandbox.Service.Wire;
using WhatsApp.Binary;
using WhatsApp.Wire;

namespace WhatsApp.Tests.Wire;

public class NodeChannelTests
{
    private static readonly byte[] Key = new byte[32];

    [Fact]
    public async Task Sends_of_one_caller_keep_their_order_and_those_of_many_all_arrive()
    {
        var pair = new ByteChannelPair();
        await using var sender = new NodeChannel(FrameChannel.ForClient(pair.Client), new NoiseCipher(Key), new NoiseCipher(Key));
        await using var receiver = Receiver(pair.Server);

        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            var sends = Enumerable.Range(0, 50).Select(number => sender.SendAsync(new Node("m", new() { ["from"] = $"{caller}", ["id"] = number }), default).AsTask());
            await Task.WhenAll(sends.ToArray());
        }));
        await Task.WhenAll(callers);

        var seen = new int[8];
        for (var count = 0; count < 400; count++)
        {
            var node = await receiver.ReceiveAsync(default) ?? throw new EndOfStreamException();
            var caller = int.Parse(node["from"] ?? "", CultureInfo.InvariantCulture);
            Assert.Equal(seen[caller]++, int.Parse(node["id"] ?? "", CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task A_malformed_node_costs_its_frame_only()
    {
        var writer = new NoiseCipher(Key);
        await using var receiver = Receiver(new ScriptedByteChannel(Frame(writer, [0, 0xF0]), Frame(writer, NodeEncoder.Encode(new Node("iq")))));

        await Assert.ThrowsAsync<MalformedNodeException>(async () => await receiver.ReceiveAsync(default));
        Assert.Equal("iq", (await receiver.ReceiveAsync(default))?.Tag);
        Assert.Null(await receiver.ReceiveAsync(default));
    }

    [Fact]
    public async Task A_frame_that_does_not_authenticate_is_the_end()
    {
        var writer = new NoiseCipher(Key);
        var forged = Frame(writer, NodeEncoder.Encode(new Node("iq")));
        forged[^1] ^= 1;
        await using var receiver = Receiver(new ScriptedByteChannel(forged, Frame(writer, NodeEncoder.Encode(new Node("iq")))));

        await Assert.ThrowsAsync<IOException>(async () => await receiver.ReceiveAsync(default));
        await Assert.ThrowsAsync<IOException>(async () => await receiver.ReceiveAsync(default));
    }

    [Fact]
    public async Task A_replayed_or_too_short_frame_is_the_end()
    {
        var frame = Frame(new NoiseCipher(Key), NodeEncoder.Encode(new Node("iq")));
        await using var replayed = Receiver(new ScriptedByteChannel(frame, frame));
        Assert.NotNull(await replayed.ReceiveAsync(default));
        await Assert.ThrowsAsync<IOException>(async () => await replayed.ReceiveAsync(default));

        await using var cut = Receiver(new ScriptedByteChannel([0, 0, 2, 1, 2]));
        await Assert.ThrowsAsync<IOException>(async () => await cut.ReceiveAsync(default));
    }

    [Fact]
    public async Task After_a_failed_send_nothing_more_goes_out()
    {
        var bytes = new ScriptedByteChannel { FailSends = true };
        await using var channel = new NodeChannel(FrameChannel.ForClient(bytes), new NoiseCipher(Key), new NoiseCipher(Key));
        await Assert.ThrowsAsync<IOException>(async () => await channel.SendAsync(new Node("iq"), default));

        bytes.FailSends = false;
        await Assert.ThrowsAsync<IOException>(async () => await channel.SendAsync(new Node("iq"), default));
        Assert.Empty(bytes.Sent);
    }

    [Fact]
    public async Task A_network_that_takes_nothing_more_breaks_the_channel_after_the_limit_and_frees_who_waits()
    {
        var time = new FakeTimeProvider();
        var bytes = new StuckByteChannel();
        await using var channel = new NodeChannel(FrameChannel.ForClient(bytes), new NoiseCipher(Key), new NoiseCipher(Key), time);
        var first = channel.SendAsync(new Node("iq"), default).AsTask();
        await bytes.Taken.WaitAsync(TimeSpan.FromSeconds(20));
        var second = channel.SendAsync(new Node("iq"), default).AsTask();
        Assert.False(first.IsCompleted);

        time.Advance(NodeChannel.SendLimit);

        await Assert.ThrowsAsync<IOException>(() => first.WaitAsync(TimeSpan.FromSeconds(20)));
        await Assert.ThrowsAsync<IOException>(() => second.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_closed_channel_sends_nothing()
    {
        var channel = new NodeChannel(FrameChannel.ForClient(new ScriptedByteChannel()), new NoiseCipher(Key), new NoiseCipher(Key));
        await channel.DisposeAsync();
        await channel.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await channel.SendAsync(new Node("iq"), default));
    }

    /// <summary>A socket whose peer has stopped reading.</summary>
    private sealed class StuckByteChannel : IByteChannel
    {
        private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Taken => _taken.Task;

        public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            _taken.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => ValueTask.FromResult(0);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private static NodeChannel Receiver(IByteChannel bytes) => new(FrameChannel.ForClient(bytes), new NoiseCipher(Key), new NoiseCipher(Key));

    private static byte[] Frame(NoiseCipher cipher, byte[] plain)
    {
        byte[] frame = [0, 0, (byte)(plain.Length + NoiseCipher.TagSize), .. plain, .. new byte[NoiseCipher.TagSize]];
        cipher.EncryptInPlace(frame.AsSpan(3));
        return frame;
    }
}
