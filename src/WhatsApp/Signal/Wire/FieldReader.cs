namespace WhatsApp.Signal.Wire;

/// <summary>
/// Reads the protobuf fields of a Signal message without copying. Written here because these messages are small,
/// hot, and come from strangers: any malformed input ends in a <see cref="SignalException"/>.
/// </summary>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes)
{
    private const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = bytes;
    private int _wireType;

    public int Field { get; private set; }

    /// <summary>Moves to the next field; its value must be read or skipped before the next call.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarint();
        _wireType = (int)(tag & 7);
        Field = tag >> 3 is > 0 and <= int.MaxValue ? (int)(tag >> 3) : throw Malformed();
        return true;
    }

    public uint UInt32()
    {
        var value = _wireType == Varint ? ReadVarint() : throw Malformed();
        return value <= uint.MaxValue ? (uint)value : throw Malformed();
    }

    public ReadOnlySpan<byte> Bytes()
    {
        if (_wireType != LengthDelimited)
        {
            throw Malformed();
        }

        var length = ReadVarint();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw Malformed();
    }

    public void Skip()
    {
        switch (_wireType)
        {
            case Varint:
                _ = ReadVarint();
                break;
            case LengthDelimited:
                _ = Bytes();
                break;
            case Fixed64:
                _ = Take(sizeof(ulong));
                break;
            case Fixed32:
                _ = Take(sizeof(uint));
                break;
            default:
                throw Malformed();
        }
    }

    public static SignalException Malformed() => new(SignalFault.InvalidMessage, "The message is malformed.");

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = count <= _rest.Length ? _rest[..count] : throw Malformed();
        _rest = _rest[count..];
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }
}
