using Hangfire.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Hangfire.Sqlite.Tests.Facts;

/// <summary>A fresh storage with a clock that only the test moves.</summary>
public abstract class StorageTest : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TestFolder _folder = new();
    private SqliteStorage? _storage;
    private JobStorageConnection? _connection;

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));

    internal TestFolder Folder => _folder;

    /// <summary>Opened with the first look, and again after <see cref="Close"/>.</summary>
    internal SqliteStorage Storage
    {
        get
        {
            lock (_gate)
            {
                return _storage ??= _folder.Open(new SqliteStorageOptions { TimeProvider = Clock });
            }
        }
    }

    internal JobStorageConnection Connection
    {
        get
        {
            lock (_gate)
            {
                return _connection ??= (JobStorageConnection)Storage.GetConnection();
            }
        }
    }

    internal JobStorageMonitor Monitor => (JobStorageMonitor)Storage.GetMonitoringApi();

    internal CancellationToken Cancelled { get; } = TestContext.Current.CancellationToken;

    internal DateTime Now => Clock.GetUtcNow().UtcDateTime;

    public void Dispose()
    {
        Close();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal void Close()
    {
        _connection?.Dispose();
        _storage?.Dispose();
        _connection = null;
        _storage = null;
    }

    internal void Commit(Action<SqliteStorageTransaction> changes)
    {
        using var transaction = (SqliteStorageTransaction)Connection.CreateWriteTransaction();
        changes(transaction);
        transaction.Commit();
    }

    internal string Create(int number = 1) => Connection.CreateExpiredJob(TestJobs.Example(number), new Dictionary<string, string>(), Now, TimeSpan.FromHours(1));

    internal string Enqueue(string queue = "default")
    {
        var id = Create();
        Commit(transaction =>
        {
            transaction.SetJobState(id, new States.EnqueuedState(queue));
            transaction.AddToQueue(queue, id);
        });
        return id;
    }

    internal IFetchedJob Fetch(params string[] queues) => Connection.FetchNextJob(queues.Length > 0 ? queues : ["default"], Cancelled);
}
