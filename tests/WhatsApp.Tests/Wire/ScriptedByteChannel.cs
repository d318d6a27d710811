using WhatsApp.Wire;

namespace WhatsApp.Tests.Wire;

/// <summary>Hands out prepared pieces, then the end; keeps what was sent.</summary>
internal sealed class ScriptedByteChannel(params IEnumerable<byte[]> pieces) : IByteChannel
{
    private readonly Queue<byte[]> _pieces = new(pieces);

    private int _taken;

    public List<byte[]> Sent { get; } = [];

    public bool FailSends { get; set; }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (FailSends)
        {
            throw new IOException("The line is cut.");
        }

        Sent.Add(bytes.ToArray());
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!_pieces.TryPeek(out var piece))
        {
            return ValueTask.FromResult(0);
        }

        var size = Math.Min(buffer.Length, piece.Length - _taken);
        piece.AsMemory(_taken, size).CopyTo(buffer);
        _taken += size;
        if (_taken == piece.Length)
        {
            _pieces.Dequeue();
            _taken = 0;
        }

        return ValueTask.FromResult(size);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
