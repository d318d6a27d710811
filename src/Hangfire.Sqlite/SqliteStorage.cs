using System.Globalization;
using Hangfire.Logging;
using Hangfire.Server;
using Hangfire.Sqlite.Database;
using Hangfire.Sqlite.Locks;
using Hangfire.Sqlite.Monitoring;
using Hangfire.Sqlite.Queues;
using Hangfire.Sqlite.Upkeep;
using Hangfire.Storage;
using Microsoft.Data.Sqlite;

namespace Hangfire.Sqlite;

/// <summary>
/// A Hangfire storage in one SQLite file that one process owns. Every transaction is one; workers are signalled, not polled;
/// jobs a dead process had claimed are free again as soon as the file is opened. Dispose it after the servers that use it.
/// </summary>
/// <remarks>Source: docs/decisions/0007-job-storage.md.</remarks>
public sealed class SqliteStorage : JobStorage, IDisposable
{
    private static readonly HashSet<string> Features = new(StringComparer.OrdinalIgnoreCase)
    {
        JobStorageFeatures.ExtendedApi,
        JobStorageFeatures.JobQueueProperty,
        JobStorageFeatures.ProcessesInsteadOfComponents,
        JobStorageFeatures.Connection.GetUtcDateTime,
        JobStorageFeatures.Connection.BatchedGetFirstByLowest,
        JobStorageFeatures.Connection.GetSetContains,
        JobStorageFeatures.Connection.LimitedGetSetCount,
        JobStorageFeatures.Transaction.AcquireDistributedLock,
        JobStorageFeatures.Transaction.CreateJob,
        JobStorageFeatures.Transaction.SetJobParameter,
        JobStorageFeatures.Transaction.RemoveFromQueue(typeof(SqliteFetchedJob)),
        JobStorageFeatures.Monitoring.DeletedStateGraphs,
        JobStorageFeatures.Monitoring.AwaitingJobs,
    };

    private readonly StorageFile _file;
    private readonly ITimer _claimTimer;
    private int _disposed;

    /// <summary>Opens or makes the file and frees the jobs that a dead process had claimed.</summary>
    /// <param name="path">The database file. A missing folder is made, readable by its owner only; the files always are.</param>
    /// <param name="options">Null means the defaults.</param>
    /// <exception cref="SqliteStorageException">Held by another process, damaged, or written by a newer version.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SqliteStorage(string path, SqliteStorageOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Options = options ?? new SqliteStorageOptions();
        Options.Validate();
        _file = StorageFile.Open(path);
        SqlSession? session = null;
        try
        {
            session = new SqlSession(_file.Path, readOnly: false);
            Schema.Prepare(session);
            Writer = new Writer(session, Options.Durability);
            var (epoch, reserved) = Writer.Run(held => (JobQueues.StartEpoch(held), JobTable.ReadReserved(held)), durable: true);
            Jobs = new JobTable(Clock, reserved);
            Queues = new JobQueues(Writer, Signals, Clock, Options.ClaimTimeout, epoch);
        }
        catch (Exception fault)
        {
            session?.Dispose();
            _file.Dispose();
            if (fault is SqliteException)
            {
                throw new SqliteStorageException("The job storage cannot be opened; it may be damaged.", fault);
            }

            throw;
        }

        Readers = new ReaderPool(_file.Path);
        _claimTimer = Clock.CreateTimer(_ => KeepClaims(), null, Options.ClaimTimeout / 5, Options.ClaimTimeout / 5);
    }

    /// <inheritdoc />
    public override bool LinearizableReads => true;

    internal SqliteStorageOptions Options { get; }

    internal TimeProvider Clock => Options.TimeProvider;

    internal Writer Writer { get; }

    internal ReaderPool Readers { get; }

    internal MemoryLocks Locks { get; } = new();

    internal QueueSignals Signals { get; } = new();

    internal JobQueues Queues { get; }

    internal JobTable Jobs { get; }

    internal long LogLength => _file.LogLength;

    /// <inheritdoc />
    public override IMonitoringApi GetMonitoringApi() => new SqliteMonitor(Readers, Clock);

    /// <inheritdoc />
    public override IStorageConnection GetConnection() => new SqliteStorageConnection(this);

    /// <inheritdoc />
    public override IEnumerable<IBackgroundProcess> GetStorageWideProcesses() =>
        [new ExpirationProcess(this), new IdleCheckpointProcess(this)];

    /// <inheritdoc />
    public override bool HasFeature(string featureId)
    {
        ArgumentNullException.ThrowIfNull(featureId);
        return Features.Contains(featureId) || base.HasFeature(featureId);
    }

    /// <inheritdoc />
    public override void WriteOptionsToLog(ILog logger) => logger.Log(
        LogLevel.Info,
        () => string.Create(
            CultureInfo.InvariantCulture,
            $"SQLite job storage: durability {Options.Durability}, claim timeout {Options.ClaimTimeout}, expiry every {Options.ExpirationInterval}."));

    /// <inheritdoc />
    public override string ToString() => $"SQLite: {Path.GetFileName(_file.Path)}";

    /// <summary>Finishes the commits under way, closes the file and lets the next process have it. Waiting workers get <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _claimTimer.Dispose();
            Signals.Dispose();
            Writer.Dispose();
            Readers.Dispose();
            _file.Dispose();
        }
    }

    private void KeepClaims()
    {
        try
        {
            Queues.KeepClaims();
        }
        catch (ObjectDisposedException)
        {
            // The timer's last tick met the end of the storage.
        }
        catch (SqliteStorageException fault)
        {
            LogProvider.For<SqliteStorage>().WarnException("Claims were not extended; the next attempt follows.", fault);
        }
    }
}
