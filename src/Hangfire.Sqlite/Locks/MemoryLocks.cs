using System.Diagnostics;
using Hangfire.Storage;

namespace Hangfire.Sqlite.Locks;

/// <summary>
/// The distributed locks of a storage that one process owns: in memory, re-entrant per owner (a connection object), free of
/// threads: taken on one, released on any. The first waiter is served first.
/// </summary>
internal sealed class MemoryLocks
{
    /// <summary>A monitor cannot wait for longer than some weeks; callers may ask for ever.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private readonly object _gate = new();
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);

    /// <exception cref="DistributedLockTimeoutException">Somebody else held it all the time.</exception>
    public IDisposable Acquire(string resource, object owner, TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        var started = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (!_held.TryGetValue(resource, out var held))
            {
                _held.Add(resource, held = new Held { Owner = owner });
            }
            else if (!ReferenceEquals(held.Owner, owner))
            {
                WaitForTurn(held, resource, owner, started, timeout);
            }

            held.Depth++;
            return new Handle(this, resource, held, owner, held.Generation);
        }
    }

    /// <summary>Gives back all that this owner still holds.</summary>
    public void ReleaseAll(object owner)
    {
        lock (_gate)
        {
            if (_held.Count == 0)
            {
                return;
            }

            foreach (var (resource, held) in _held.Where(entry => ReferenceEquals(entry.Value.Owner, owner)).ToList())
            {
                PassOn(resource, held);
            }
        }
    }

    private void WaitForTurn(Held held, string resource, object owner, long started, TimeSpan timeout)
    {
        // One pulse wakes everybody at the gate; few ever wait, and each looks only whether its turn has come.
        var turn = held.Waiters.AddLast(owner);
        while (!ReferenceEquals(held.Turn, turn))
        {
            var left = timeout - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                held.Waiters.Remove(turn);
                throw new DistributedLockTimeoutException(resource);
            }

            Monitor.Wait(_gate, left < LongestWait ? left : LongestWait);
        }

        held.Turn = null;
    }

    private void Release(string resource, Held held, object owner, int generation)
    {
        lock (_gate)
        {
            if (ReferenceEquals(held.Owner, owner) && held.Generation == generation && --held.Depth == 0)
            {
                PassOn(resource, held);
            }
        }
    }

    private void PassOn(string resource, Held held)
    {
        held.Depth = 0;
        held.Generation++;
        if (held.Waiters.First is { } first)
        {
            held.Waiters.RemoveFirst();
            held.Owner = first.Value;
            held.Turn = first;
            Monitor.PulseAll(_gate);
        }
        else
        {
            held.Owner = null;
            _held.Remove(resource);
        }
    }

    private sealed class Held
    {
        public object? Owner { get; set; }

        public int Depth { get; set; }

        /// <summary>Counts the owners, so that a handle of an earlier one can release nothing.</summary>
        public int Generation { get; set; }

        /// <summary>Who was given the lock and has not woken yet.</summary>
        public LinkedListNode<object>? Turn { get; set; }

        public LinkedList<object> Waiters { get; } = new();
    }

    private sealed class Handle(MemoryLocks locks, string resource, Held held, object owner, int generation) : IDisposable
    {
        private int _released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                locks.Release(resource, held, owner, generation);
            }
        }
    }
}
