using System.Buffers;

namespace WhatsApp.Wire;

/// <summary>Cuts the byte stream into frames of a 3-byte length and a payload, whatever the borders of the network's messages.</summary>
/// <remarks>One sender and one receiver at a time.</remarks>
internal sealed class FrameChannel : IAsyncDisposable
{
    public const int LengthSize = 3;
    public const int MaxWireLength = (1 << 24) - 1;

    private const int FirstBuffer = 16 * 1024;

    private readonly IByteChannel _bytes;
    private readonly int _maxLength;
    private readonly bool _expectsIntro;
    private byte[] _intro;
    private bool _introRead;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;

    private FrameChannel(IByteChannel bytes, byte[] intro, bool expectsIntro, int maxLength)
    {
        _bytes = bytes;
        _intro = intro;
        _expectsIntro = expectsIntro;
        _maxLength = maxLength;
    }

    /// <summary>The edge routing bytes a client sent first; empty without any. Known once the first frame has come.</summary>
    public ReadOnlyMemory<byte> RoutingInfo { get; private set; }

    /// <summary>The side that begins: its first frame goes out behind the intro.</summary>
    /// <param name="bytes">Owned from now on.</param>
    /// <param name="routingInfo">Stored from an earlier session; empty without any.</param>
    /// <param name="maxLength">Longest payload accepted from the peer.</param>
    public static FrameChannel ForClient(IByteChannel bytes, ReadOnlyMemory<byte> routingInfo = default, int maxLength = MaxWireLength) =>
        new(bytes, WireIntro.For(routingInfo.Span), expectsIntro: false, maxLength);

    /// <summary>The side that is called: reads the intro before the first frame.</summary>
    public static FrameChannel ForServer(IByteChannel bytes, int maxLength = MaxWireLength) =>
        new(bytes, [], expectsIntro: true, maxLength);

    /// <summary>Sends one frame.</summary>
    /// <exception cref="ArgumentException">Longer than the 3-byte length can say.</exception>
    public async ValueTask SendFrameAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var size = _intro.Length + LengthSize + payload.Length;
        var frame = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            _intro.CopyTo(frame, 0);
            WriteLength(frame.AsSpan(_intro.Length), payload.Length);
            payload.CopyTo(frame.AsMemory(_intro.Length + LengthSize));
            _intro = [];
            await _bytes.SendAsync(frame.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>Waits for one frame. Cancelling ends a WebSocket's connection with the wait.</summary>
    /// <returns>The payload in an array of its own; null when the peer closed between two frames.</returns>
    /// <exception cref="IOException">A frame over the limit, a wrong intro, or the end in the middle of a frame.</exception>
    public async Task<byte[]?> ReceiveFrameAsync(CancellationToken cancellationToken)
    {
        if (_expectsIntro && !_introRead && !await ReadIntroAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        if (!await FillAsync(LengthSize, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var length = ReadLength(_buffer.AsSpan(_start));
        if (length > _maxLength)
        {
            throw new IOException($"The peer announced a frame of {length} bytes; at most {_maxLength} are accepted.");
        }

        if (!await FillAsync(LengthSize + length, cancellationToken).ConfigureAwait(false))
        {
            throw EndedInside();
        }

        var payload = _buffer.AsSpan(_start + LengthSize, length).ToArray();
        Consume(LengthSize + length);
        return payload;
    }

    public ValueTask DisposeAsync() => _bytes.DisposeAsync();

    /// <summary>Sends a finished frame, length included, without copying it: for <see cref="NodeChannel"/>, after the handshake.</summary>
    internal ValueTask SendFinishedFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) => _bytes.SendAsync(frame, cancellationToken);

    internal static void WriteLength(Span<byte> target, int length)
    {
        if (length > MaxWireLength)
        {
            throw new ArgumentException($"A frame holds at most {MaxWireLength} bytes, not {length}.");
        }

        target[0] = (byte)(length >> 16);
        target[1] = (byte)(length >> 8);
        target[2] = (byte)length;
    }

    private static int ReadLength(ReadOnlySpan<byte> source) => (source[0] << 16) | (source[1] << 8) | source[2];

    private async Task<bool> ReadIntroAsync(CancellationToken cancellationToken)
    {
        // optional: "ED" 00 01, length (3), routing info; then "WA" and two version bytes
        if (!await FillAsync(4, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (_buffer.AsSpan(_start, 4).SequenceEqual(WireIntro.EdgeRouting))
        {
            if (!await FillAsync(4 + LengthSize, cancellationToken).ConfigureAwait(false))
            {
                throw EndedInside();
            }

            var length = ReadLength(_buffer.AsSpan(_start + 4));
            if (length > WireIntro.MaxRoutingInfo)
            {
                throw new IOException("The peer's routing info is too long.");
            }

            if (!await FillAsync(4 + LengthSize + length + 4, cancellationToken).ConfigureAwait(false))
            {
                throw EndedInside();
            }

            RoutingInfo = _buffer.AsSpan(_start + 4 + LengthSize, length).ToArray();
            Consume(4 + LengthSize + length);
        }

        if (!_buffer.AsSpan(_start, 4).SequenceEqual(WireIntro.Header))
        {
            throw new IOException("The peer did not begin with the protocol's header.");
        }

        Consume(4);
        _introRead = true;
        return true;
    }

    /// <summary>Receives until the buffer holds <paramref name="count"/> bytes; false when the peer closed before the first of them.</summary>
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            MakeRoom();
            var received = await _bytes.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (received == 0)
            {
                return _end == _start ? false : throw EndedInside();
            }

            _end += received;
        }

        return true;
    }

    /// <summary>The buffer doubles as bytes really come: an announced length alone costs no memory.</summary>
    private void MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        var target = _start > _buffer.Length / 2 ? _buffer : new byte[_buffer.Length * 2];
        Buffer.BlockCopy(_buffer, _start, target, 0, _end - _start);
        (_buffer, _start, _end) = (target, 0, _end - _start);
    }

    private void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
            if (_buffer.Length > 64 * FirstBuffer)
            {
                _buffer = new byte[FirstBuffer]; // one giant frame must not hold its memory for the connection's life
            }
        }
    }

    private static EndOfStreamException EndedInside() => new("The peer closed in the middle of a frame.");
}
