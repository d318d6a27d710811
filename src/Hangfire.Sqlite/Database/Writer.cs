namespace Hangfire.Sqlite.Database;

/// <summary>
/// The only way to write: a combining lock around the one read-write connection. The caller that finds the writer free leads:
/// it runs its own unit and every unit queued meanwhile in one transaction, each in a savepoint, and commits once for all.
/// Handing each unit to a writer thread would cost more than the write itself.
/// </summary>
internal sealed class Writer(SqlSession session, SqliteDurability durability) : IDisposable
{
    private const int MostUnitsInOneCommit = 128;

    private readonly object _gate = new();
    private readonly Queue<WriteUnit> _queued = new();
    private bool _led;
    private bool _closed;
    private long _commits;

    /// <summary>Commits so far; tells an idle storage from a busy one.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>What the last commit was made with; the schema leaves it at full.</summary>
    public bool SynchronousIsFull { get; private set; } = true;

    /// <summary>Units that wait for the next commit.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _queued.Count;
            }
        }
    }

    /// <summary>Runs the work and returns after its commit; a durable one after the disk has it.</summary>
    /// <exception cref="SqliteStorageException">SQLite refused; nothing of this work is stored.</exception>
    /// <exception cref="ObjectDisposedException">The storage is closed.</exception>
    public T Run<T>(Func<SqlSession, T> work, bool durable) => Run(new WriteUnit<T>(work, durable, alone: false));

    /// <inheritdoc cref="Run{T}(Func{SqlSession, T}, bool)"/>
    public void Run(Action<SqlSession> work, bool durable) => Run(
        held =>
        {
            work(held);
            return true;
        },
        durable);

    /// <summary>Upkeep that SQLite allows outside transactions only.</summary>
    public T RunAlone<T>(Func<SqlSession, T> work) => Run(new WriteUnit<T>(work, durable: false, alone: true));

    /// <summary>Waits for the units already queued, then closes.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            while (_led)
            {
                Monitor.Wait(_gate);
            }
        }

        session.Dispose();
    }

    private T Run<T>(WriteUnit<T> unit)
    {
        bool leads;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStorage));
            _queued.Enqueue(unit);
            leads = !_led;
            _led = true;
        }

        if (leads || unit.WaitIsLeader())
        {
            Lead();
        }

        unit.ThrowIfFailed();
        return unit.Result!;
    }

    /// <summary>One batch, of which the leader's own unit is the first; then the next caller leads, so that nobody serves for ever.</summary>
    private void Lead()
    {
        var batch = new List<WriteUnit>();
        lock (_gate)
        {
            do
            {
                batch.Add(_queued.Dequeue());
            }
            while (!batch[0].Alone && batch.Count < MostUnitsInOneCommit && _queued.TryPeek(out var next) && !next.Alone);
        }

        try
        {
            CommitTogether(batch);
        }
#pragma warning disable CA1031 // Belongs to every caller of this commit; the next leader must not inherit it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            FailAll(batch, fault);
        }
        finally
        {
            PassOn(batch);
        }
    }

    private void PassOn(List<WriteUnit> served)
    {
        lock (_gate)
        {
            if (_queued.TryPeek(out var next))
            {
                next.AppointLeader();
            }
            else
            {
                _led = false;
                Monitor.PulseAll(_gate);
            }
        }

        served.ForEach(unit => unit.Complete());
    }

    private void CommitTogether(List<WriteUnit> batch)
    {
        if (batch[0].Alone)
        {
            batch[0].Run(session);
            return;
        }

        SetSynchronous(durability == SqliteDurability.Full && batch.Exists(unit => unit.Durable));
        session.Run("BEGIN IMMEDIATE");
        if (batch.Count == 1)
        {
            batch[0].Run(session); // its fault undoes the transaction: no savepoint needed
        }
        else
        {
            batch.ForEach(RunInSavepoint);
        }

        session.Run("COMMIT");
        Interlocked.Increment(ref _commits);
    }

    private void RunInSavepoint(WriteUnit unit)
    {
        session.Run("SAVEPOINT unit");
        try
        {
            unit.Run(session);
        }
#pragma warning disable CA1031 // One unit's fault belongs to its caller, not to the others in the commit.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            if (!session.InTransaction)
            {
                throw; // SQLite has rolled everything back: the whole batch failed
            }

            session.Run("ROLLBACK TO unit");
            unit.Fail(fault);
        }

        session.Run("RELEASE unit");
    }

    private void FailAll(List<WriteUnit> batch, Exception fault)
    {
        foreach (var unit in batch.Where(unit => !unit.Failed))
        {
            unit.Fail(fault);
        }

        if (session.InTransaction)
        {
            session.Batch("ROLLBACK");
        }
    }

    /// <summary>May change between transactions only. A sync of the log covers the soft commits before it as well.</summary>
    private void SetSynchronous(bool full)
    {
        if (full != SynchronousIsFull)
        {
            session.Batch(full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
            SynchronousIsFull = full;
        }
    }
}
