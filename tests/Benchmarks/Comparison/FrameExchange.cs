using System.Security.Cryptography;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Wire;

namespace Benchmarks.Comparison;

/// <summary>Encrypted frames with a small acknowledgement each, as they come from the socket one by one: decrypt and decode.</summary>
internal sealed class FrameExchange(BaileysProcess baileys) : Exchange(baileys)
{
    private const int OurCount = 20_000, TheirCount = 5_000;
    private const string Id = "3EB0C767D71D9B1F2A3C4D";
    private readonly Row _row = new("frames in: decrypt and decode an ack", 8);
    private byte[][] _frames = [];

    public override IReadOnlyList<Row> Rows => [_row];

    public override Task PrepareAsync()
    {
        var ack = NodeEncoder.Encode(new Node("ack", new()
        {
            ["class"] = "message",
            ["id"] = Id,
            ["from"] = new Jid("100000000000001", JidServers.Lid),
            ["t"] = 1_772_366_400,
        }));
        using var cipher = new NoiseCipher(Keys().AsSpan(32));
        _frames = new byte[OurCount][];
        for (var n = 0; n < OurCount; n++)
        {
            var frame = new byte[3 + ack.Length + NoiseCipher.TagSize];
            frame[2] = (byte)(frame.Length - 3);
            ack.CopyTo(frame, 3);
            cipher.EncryptInPlace(frame.AsSpan(3));
            _frames[n] = frame;
        }

        return Task.CompletedTask;
    }

    public override async Task<IReadOnlyList<Measure>> OursAsync()
    {
        await using var channel = new NodeChannel(FrameChannel.ForClient(new FrameSource(_frames)), new NoiseCipher(Keys().AsSpan(0, 32)), new NoiseCipher(Keys().AsSpan(32)));
        return
        [
            await Stopclock.TimeAsync(_row, OurCount, async () =>
            {
                for (var n = 0; n < OurCount; n++)
                {
                    var node = await channel.ReceiveAsync(CancellationToken.None);
                    Require(node is { Tag: "ack" } && node["id"] == Id, "a frame");
                }
            }),
        ];
    }

    public override async Task<IReadOnlyList<Measure>> TheirsAsync() =>
        [(await Baileys.AskAsync(new { Op = "framesIn", Frames = _frames.Take(TheirCount).SelectMany(frame => frame).ToArray(), Id })).MeasureOf(_row)];

    /// <summary>What both sides derive when the handshake has mixed in nothing: write key, then read key of the client.</summary>
    private static byte[] Keys() => HKDF.DeriveKey(HashAlgorithmName.SHA256, [], 64, "Noise_XX_25519_AESGCM_SHA256\0\0\0\0"u8.ToArray(), []);

    /// <summary>One frame for each read, as the socket's messages bring them.</summary>
    private sealed class FrameSource(byte[][] frames) : IByteChannel
    {
        private int _next;

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => throw new NotSupportedException("Only read from.");

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            var frame = frames[_next++];
            frame.CopyTo(buffer);
            return ValueTask.FromResult(frame.Length);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
