namespace WhatsApp.History;

/// <summary>Reads protobuf fields from a stream one after the other, so that what nobody wants never is in memory. Groups are not known.</summary>
internal sealed class ProtoStream(Stream source, long mostBytes)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _next;
    private int _filled;

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>The next field before an end; false at that end, or at the stream's end when there is none.</summary>
    /// <exception cref="InvalidDataException">No protobuf, or more than was agreed to.</exception>
    public bool TryReadTag(long? end, out int field, out int wire)
    {
        (field, wire) = (0, 0);
        if (end is { } limit ? Position >= limit : !TryFill())
        {
            return Position > end ? throw new InvalidDataException("A field runs over its end.") : false;
        }

        var tag = ReadVarint();
        (field, wire) = ((int)(tag >> 3), (int)(tag & 7));
        return true;
    }

    public ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A number is too long.");
    }

    /// <summary>Length of what follows.</summary>
    public long ReadLength() => ReadVarint() is <= long.MaxValue and var length && (long)length <= mostBytes ? (long)length : throw new InvalidDataException("A field is too long.");

    /// <summary>A field's bytes; null, and read over, when there are more than wanted.</summary>
    public byte[]? ReadBytes(int most)
    {
        var length = ReadLength();
        if (length > most)
        {
            Skip(length);
            return null;
        }

        var bytes = new byte[length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = ReadByte();
        }

        return bytes;
    }

    /// <summary>Reads over the value of a field.</summary>
    public void SkipValue(int wire)
    {
        switch (wire)
        {
            case 0:
                ReadVarint();
                break;
            case 1:
                Skip(8);
                break;
            case 2:
                Skip(ReadLength());
                break;
            case 5:
                Skip(4);
                break;
            default:
                throw new InvalidDataException("A field is of no known wire type.");
        }
    }

    private void Skip(long count)
    {
        while (count > 0)
        {
            if (!TryFill())
            {
                throw new InvalidDataException("The stream ends within a field.");
            }

            var step = (int)Math.Min(count, _filled - _next);
            _next += step;
            count -= step;
            Advance(step);
        }
    }

    private byte ReadByte()
    {
        if (!TryFill())
        {
            throw new InvalidDataException("The stream ends within a field.");
        }

        Advance(1);
        return _buffer[_next++];
    }

    private void Advance(int count)
    {
        Position += count;
        if (Position > mostBytes)
        {
            throw new InvalidDataException("The stream is longer than was agreed to.");
        }
    }

    private bool TryFill()
    {
        if (_next == _filled)
        {
            (_next, _filled) = (0, source.Read(_buffer, 0, _buffer.Length));
        }

        return _filled > 0;
    }
}
