using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace WhatsApp.Binary;

/// <summary>Writes the values a node is made of into a pooled, growing buffer.</summary>
internal sealed class NodeWriter(int capacity = 1024) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>The buffer up to <see cref="Length"/>, for writing in place; valid until the next write.</summary>
    public Memory<byte> WrittenMemory => _buffer.AsMemory(0, Length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(byte value)
    {
        if (Length == _buffer.Length)
        {
            Grow(1);
        }

        _buffer[Length++] = value;
    }

    /// <summary>Room for <paramref name="count"/> bytes that counts as written.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_buffer.Length - Length < count)
        {
            Grow(count);
        }

        var span = _buffer.AsSpan(Length, count);
        Length += count;
        return span;
    }

    public void WriteListSize(int size)
    {
        switch (size)
        {
            case 0:
                WriteByte(NodeTags.ListEmpty);
                break;
            case <= byte.MaxValue:
                WriteByte(NodeTags.List8);
                WriteByte((byte)size);
                break;
            case <= ushort.MaxValue:
                WriteByte(NodeTags.List16);
                BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), (ushort)size);
                break;
            default:
                throw new ArgumentException($"A list of {size} elements cannot be written.");
        }
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteBytesHeader(bytes.Length);
        bytes.CopyTo(Reserve(bytes.Length));
    }

    /// <summary>The shortest form: token, packed digits, or UTF-8.</summary>
    public void WriteString(string text)
    {
        if (text.Length == 0)
        {
            WriteByte(NodeTags.Binary8);
            WriteByte(0);
        }
        else if (Tokens.TryGetCode(text, out var code))
        {
            if (code > byte.MaxValue)
            {
                WriteByte((byte)(code >> 8));
            }

            WriteByte((byte)code);
        }
        else if (!PackedText.TryWrite(text, this))
        {
            var size = Encoding.UTF8.GetByteCount(text);
            WriteBytesHeader(size);
            _ = Encoding.UTF8.GetBytes(text, Reserve(size));
        }
    }

    public void WriteJid(in Jid jid) => JidForms.Write(jid, this);

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        Length = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void WriteBytesHeader(int size)
    {
        if (size <= byte.MaxValue)
        {
            WriteByte(NodeTags.Binary8);
            WriteByte((byte)size);
        }
        else if (size < 1 << 20)
        {
            var header = Reserve(4);
            header[0] = NodeTags.Binary20;
            header[1] = (byte)(size >> 16);
            header[2] = (byte)(size >> 8);
            header[3] = (byte)size;
        }
        else
        {
            WriteByte(NodeTags.Binary32);
            BinaryPrimitives.WriteInt32BigEndian(Reserve(4), size);
        }
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, Length + more));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
