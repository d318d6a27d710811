namespace WhatsApp.Signal.Wire;

/// <summary>Writes protobuf fields into a buffer made to measure with the size functions. Field numbers below 16 only.</summary>
internal ref struct FieldWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;

    public int Written { get; private set; }

    public static int SizeOf(uint value) => 1 + VarintSize(value);

    public static int SizeOfBytes(int byteCount) => 1 + VarintSize((uint)byteCount) + byteCount;

    public void UInt32(int field, uint value)
    {
        _target[Written++] = (byte)(field << 3);
        Varint(value);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value) => value.CopyTo(Bytes(field, value.Length));

    /// <summary>Writes the head of a field and hands out the place for its content.</summary>
    public Span<byte> Bytes(int field, int length)
    {
        _target[Written++] = (byte)((field << 3) | 2);
        Varint((uint)length);
        var place = _target.Slice(Written, length);
        Written += length;
        return place;
    }

    /// <summary>A public key in its 33-byte form.</summary>
    public void Key(int field, ReadOnlySpan<byte> key) => SignalPublicKey.Write(key, Bytes(field, SignalPublicKey.WireSize));

    private void Varint(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _target[Written++] = (byte)(value | 0x80);
        }

        _target[Written++] = (byte)value;
    }

    private static int VarintSize(uint value) => value switch
    {
        < 1u << 7 => 1,
        < 1u << 14 => 2,
        < 1u << 21 => 3,
        < 1u << 28 => 4,
        _ => 5,
    };
}
