using WhatsApp.Binary;
using WhatsApp.Connection;

namespace Simulation.Tests.Driving;

/// <summary>One connection in memory. What either side has written waits until the history carries it over.</summary>
internal sealed class SimLink : IStanzaLink
{
    private TaskCompletionSource<Node?>? _reader;
    private bool _isClosed;

    public Queue<Node> ToService { get; } = new();

    public LinkedList<(Node Stanza, bool MayMove)> ToClient { get; } = new();

    public bool IsOpen => !_isClosed;

    public bool CanDeliver => _reader is not null && ToClient.Count > 0 && !_isClosed;

    /// <summary>Sees each stanza the client has written, in order.</summary>
    public required Action<Node, byte[]> Written { get; init; }

    public ValueTask SendAsync(Node stanza, CancellationToken cancellationToken)
    {
        if (_isClosed)
        {
            throw new IOException("The connection is cut.");
        }

        var bytes = NodeEncoder.Encode(stanza);
        var copy = NodeDecoder.Decode(bytes);
        ToService.Enqueue(copy);
        Written(copy, bytes);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<Node?> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_isClosed)
        {
            return null;
        }

        var reader = new TaskCompletionSource<Node?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _reader = reader;
        using var end = cancellationToken.UnsafeRegister(_ => reader.TrySetCanceled(cancellationToken), null);
        return await reader.Task;
    }

    /// <summary>The next stanza arrives at the client; null when <paramref name="change"/> loses it.</summary>
    public Node? Deliver(Func<Node, Node?>? change)
    {
        var stanza = change is null ? ToClient.First!.Value.Stanza : change(ToClient.First!.Value.Stanza);
        ToClient.RemoveFirst();
        if (stanza is null)
        {
            return null;
        }

        var reader = _reader!;
        _reader = null;
        reader.TrySetResult(stanza);
        return stanza;
    }

    /// <summary>The line is cut: nothing under way arrives.</summary>
    public void Cut(bool isClean)
    {
        _isClosed = true;
        ToService.Clear();
        ToClient.Clear();
        if (isClean)
        {
            _reader?.TrySetResult(null);
        }
        else
        {
            _reader?.TrySetException(new IOException("The connection is cut."));
        }
    }

    /// <summary>The client's process is gone, and hears nothing any more.</summary>
    public void Abandon() => _isClosed = true;

    public ValueTask DisposeAsync()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _reader?.TrySetException(new ObjectDisposedException(nameof(SimLink)));
        }

        return ValueTask.CompletedTask;
    }
}
