using System.Buffers.Binary;

namespace WhatsApp.Signal.Records;

/// <summary>Reads our own stored records: fixed sizes, little endian. Damage ends in a <see cref="SignalException"/>.</summary>
internal ref struct RecordReader(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _rest = bytes;

    public byte Byte() => Take(1).Span[0];

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)).Span);

    public byte[] Key() => Take(SignalKdf.KeySize).ToArray();

    /// <summary>A part of the record itself, not a copy.</summary>
    public ReadOnlyMemory<byte> Take(long count)
    {
        if (count > _rest.Length)
        {
            throw Damaged();
        }

        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    public readonly void RequireEnd()
    {
        if (!_rest.IsEmpty)
        {
            throw Damaged();
        }
    }

    public static SignalException Damaged() => new(SignalFault.InvalidSession, "A stored record of the Signal layer is damaged or of an unknown version.");
}
