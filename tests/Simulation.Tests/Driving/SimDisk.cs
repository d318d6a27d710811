using Microsoft.Data.Sqlite;
using WhatsApp;
using WhatsApp.Store;

namespace Simulation.Tests.Driving;

/// <summary>
/// The disk under the session store: a real SQLite database in memory that outlives the client. Calls queue up; the history
/// decides when they are committed and when, after that, their callers hear of it. A process that dies loses both queues.
/// </summary>
internal sealed class SimDisk : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:;Pooling=False");
    private readonly Predicate<string> _isTooEarly;
    private SqliteConnection? _durable;
    private SimDatabase? _database;

    /// <param name="template">Copied: what the disk holds at first.</param>
    /// <param name="isTooEarly">Commits by name whose callers hear of them before they are on disk. None in a right store.</param>
    public SimDisk(SqliteConnection template, Predicate<string>? isTooEarly = null)
    {
        _isTooEarly = isTooEarly ?? (_ => false);
        _connection.Open();
        template.BackupDatabase(_connection);
    }

    /// <summary>Calls that wait for their commit.</summary>
    public int Queued => _database?.Queue.Count ?? 0;

    /// <summary>Calls that are committed and whose callers do not know yet.</summary>
    public int Untold => _database?.Done.Count ?? 0;

    /// <summary>Something counts as committed and is not: a faulty store's.</summary>
    public bool IsBehind => _durable is not null;

    public ISessionDatabase Open() => _database = new SimDatabase(new StoreConnection(_connection, new OpenProtector()));

    /// <summary>One commit for the first calls in the queue.</summary>
    public void Commit(int most)
    {
        var database = _database!;
        var batch = new List<StoreCall>();
        while (batch.Count < most && database.Queue.TryPeek(out var next) && (batch.Count == 0 || _isTooEarly(next.Commit) == _isTooEarly(batch[0].Commit)))
        {
            batch.Add(database.Queue.Dequeue());
        }

        if (!_isTooEarly(batch[0].Commit))
        {
            CatchUp();
        }
        else if (_durable is null)
        {
            _durable = new SqliteConnection("Data Source=:memory:;Pooling=False");
            _durable.Open();
            _connection.BackupDatabase(_durable);
        }

        foreach (var call in database.Commits.Run(batch))
        {
            database.Done.Enqueue(call);
        }
    }

    /// <summary>The callers of what is committed hear of it.</summary>
    public void Tell()
    {
        while (_database!.Done.TryDequeue(out var call))
        {
            call.Complete();
        }
    }

    /// <summary>What a faulty store said too early is on disk now.</summary>
    public void CatchUp()
    {
        _durable?.Dispose();
        _durable = null;
    }

    /// <summary>The process is gone: only what was committed stays.</summary>
    public void LoseProcess()
    {
        _database = null;
        if (_durable is not null)
        {
            _durable.BackupDatabase(_connection);
            CatchUp();
        }
    }

    /// <summary>Reads, or plants a fault, beside the client.</summary>
    public T Look<T>(Func<SessionTransaction, T> read) => read(new SessionTransaction(new StoreConnection(_connection, new OpenProtector())));

    public void Run(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this assembly.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _durable?.Dispose();
        _connection.Dispose();
    }

    private sealed class SimDatabase(StoreConnection store) : ISessionDatabase
    {
        public StoreCommits Commits { get; } = new(store, null);

        public Queue<StoreCall> Queue { get; } = new();

        public Queue<StoreCall> Done { get; } = new();

        public Task<T> RunAsync<T>(string commit, Func<SessionTransaction, T> work, CancellationToken ct = default)
        {
            if (ct.IsCancellationRequested)
            {
                return Task.FromCanceled<T>(ct);
            }

            var call = new StoreCall<T>(commit, work, ct);
            Queue.Enqueue(call);
            return call.Task;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>Seals nothing: the seal is tested elsewhere.</summary>
internal sealed class OpenProtector : ISecretProtector
{
    public byte[] Protect(ReadOnlySpan<byte> plain, string purpose) => plain.ToArray();

    public byte[] Unprotect(ReadOnlySpan<byte> cipher, string purpose) => cipher.ToArray();
}
