using System.Buffers.Binary;

namespace WhatsApp.Signal.Records;

/// <summary>
/// The seeds of messages that a chain went past before they came, in order of their numbers and kept as one block
/// of bytes, so that a record that is only passed through costs one copy. Never changed in place.
/// </summary>
internal readonly struct SkippedKeys(ReadOnlyMemory<byte> block)
{
    /// <summary>The oldest are dropped beyond this.</summary>
    public const int Most = 2000;

    public const int EntrySize = sizeof(uint) + SignalKdf.KeySize;

    public ReadOnlyMemory<byte> Block { get; } = block;

    public int Count => Block.Length / EntrySize;

    public static SkippedKeys Read(ref RecordReader reader)
    {
        var count = reader.UInt32();
        return count <= Most ? new SkippedKeys(reader.Take(count * EntrySize)) : throw RecordReader.Damaged();
    }

    public int Size => sizeof(uint) + Block.Length;

    public void Write(ref RecordWriter writer)
    {
        writer.UInt32((uint)Count);
        writer.Bytes(Block.Span);
    }

    /// <summary>Copies the seed of one message out; the keys that remain come back.</summary>
    public bool TryTake(uint number, Span<byte> seed, out SkippedKeys remaining)
    {
        var entries = Block.Span;
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var entry = entries.Slice(middle * EntrySize, EntrySize);
            var found = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            if (found == number)
            {
                entry[sizeof(uint)..].CopyTo(seed);
                var rest = new byte[entries.Length - EntrySize];
                entries[..(middle * EntrySize)].CopyTo(rest);
                entries[((middle + 1) * EntrySize)..].CopyTo(rest.AsSpan(middle * EntrySize));
                remaining = new SkippedKeys(rest);
                return true;
            }

            if (found < number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        remaining = this;
        return false;
    }

    /// <summary>
    /// Moves a chain from <paramref name="next"/> up to <paramref name="number"/> and keeps the seeds it passes,
    /// as far as there is room. The chain key is changed in place.
    /// </summary>
    public SkippedKeys Pass(Span<byte> chainKey, uint next, uint number)
    {
        var passed = number - next;
        var fresh = (int)Math.Min(passed, Most);
        var kept = Math.Min(Count, Most - fresh);
        var block = new byte[(kept + fresh) * EntrySize];
        Block.Span[((Count - kept) * EntrySize)..].CopyTo(block);
        for (var skip = passed - (uint)fresh; skip > 0; skip--, next++)
        {
            SignalKdf.SkipChain(chainKey);
        }

        for (var index = kept; index < kept + fresh; index++, next++)
        {
            var entry = block.AsSpan(index * EntrySize, EntrySize);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, next);
            SignalKdf.StepChain(chainKey, entry[sizeof(uint)..]);
        }

        return new SkippedKeys(block);
    }
}
