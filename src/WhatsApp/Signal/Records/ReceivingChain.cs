namespace WhatsApp.Signal.Records;

/// <summary>A chain we read from: its key, the number of the next message, and the keys of messages passed over.</summary>
internal sealed class ReceivingChain(byte[] key, uint next, SkippedKeys skipped)
{
    /// <summary>How far one message may be ahead of the last.</summary>
    public const uint ForwardJump = 25_000;

    public byte[] Key { get; } = key;

    public uint Next { get; private set; } = next;

    public SkippedKeys Skipped { get; private set; } = skipped;

    public int Size => SignalKdf.KeySize + sizeof(uint) + Skipped.Size;

    public static ReceivingChain Read(ref RecordReader reader)
    {
        var key = reader.Key();
        var next = reader.UInt32();
        return new ReceivingChain(key, next, SkippedKeys.Read(ref reader));
    }

    public void Write(ref RecordWriter writer)
    {
        writer.Bytes(Key);
        writer.UInt32(Next);
        Skipped.Write(ref writer);
    }

    /// <summary>The seed of message <paramref name="number"/>; the chain has then moved past it.</summary>
    /// <exception cref="SignalException">Used before, or too far ahead.</exception>
    public void Take(uint number, uint forwardJump, Span<byte> seed)
    {
        if (number < Next)
        {
            Skipped = Skipped.TryTake(number, seed, out var remaining)
                ? remaining
                : throw new SignalException(SignalFault.Duplicate, "The key of this message was used before.");
            return;
        }

        if (number - Next > forwardJump || number == uint.MaxValue)
        {
            throw new SignalException(SignalFault.FutureMessage, "The message is too far ahead of the last one.");
        }

        if (number > Next)
        {
            Skipped = Skipped.Pass(Key, Next, number);
        }

        SignalKdf.StepChain(Key, seed);
        Next = number + 1;
    }
}
