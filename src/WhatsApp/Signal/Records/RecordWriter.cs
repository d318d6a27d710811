using System.Buffers.Binary;

namespace WhatsApp.Signal.Records;

/// <summary>Writes our own stored records into a buffer made to measure.</summary>
internal ref struct RecordWriter(Span<byte> target)
{
    private Span<byte> _rest = target;

    public void Byte(byte value) => Place(1)[0] = value;

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Place(sizeof(uint)), value);

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Place(value.Length));

    public Span<byte> Place(int size)
    {
        var place = _rest[..size];
        _rest = _rest[size..];
        return place;
    }
}
