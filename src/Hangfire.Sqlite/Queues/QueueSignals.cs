namespace Hangfire.Sqlite.Queues;

/// <summary>
/// Wakes one idle worker for each row that comes free in a queue. A worker takes a mark before it looks and sleeps only if
/// nothing was signalled since, so no signal is lost between the look and the sleep.
/// </summary>
internal sealed class QueueSignals : IDisposable
{
    private readonly object _gate = new();
    private readonly Dictionary<string, long> _signals = new(StringComparer.Ordinal);
    private readonly LinkedList<Waiter> _waiters = new();
    private bool _closed;

    /// <summary>How often any of the queues was signalled so far.</summary>
    public long Mark(string[] queues)
    {
        lock (_gate)
        {
            return Sum(queues);
        }
    }

    public void Signal(string queue)
    {
        lock (_gate)
        {
            _signals[queue] = _signals.GetValueOrDefault(queue) + 1;
            for (var node = _waiters.First; node is not null; node = node.Next)
            {
                if (Array.IndexOf(node.Value.Queues, queue) >= 0)
                {
                    _waiters.Remove(node);
                    node.Value.Wake(queue);
                    return;
                }
            }
        }
    }

    /// <summary>Sleeps until one of the queues is signalled after the mark, or the limit is over.</summary>
    /// <returns>The queue this worker was woken for; it owes it a look. Null when there was no wake.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; a wake that came at the same moment went to another worker.</exception>
    /// <exception cref="ObjectDisposedException">The storage is closed.</exception>
    public string? Wait(string[] queues, long mark, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var waiter = new Waiter(queues);
        LinkedListNode<Waiter> node;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStorage));
            if (Sum(queues) != mark)
            {
                return null;
            }

            node = _waiters.AddLast(waiter);
        }

        try
        {
            waiter.Wait(limit, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            if (Leave(node) is { } owed)
            {
                Signal(owed);
            }

            throw;
        }

        var woken = Leave(node);
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStorage));
        return woken;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var waiter in _waiters)
            {
                waiter.Wake(null);
            }

            _waiters.Clear();
        }
    }

    private long Sum(string[] queues) => queues.Sum(queue => _signals.GetValueOrDefault(queue));

    private string? Leave(LinkedListNode<Waiter> node)
    {
        lock (_gate)
        {
            if (node.List is not null)
            {
                _waiters.Remove(node);
            }

            return node.Value.WokenFor;
        }
    }

    private sealed class Waiter(string[] queues) : IDisposable
    {
        private readonly ManualResetEventSlim _woken = new(initialState: false, spinCount: 0);

        public string[] Queues => queues;

        public string? WokenFor { get; private set; }

        public void Wake(string? queue)
        {
            WokenFor = queue;
            _woken.Set();
        }

        public void Wait(TimeSpan limit, CancellationToken cancellationToken) => _woken.Wait(limit, cancellationToken);

        public void Dispose() => _woken.Dispose();
    }
}
