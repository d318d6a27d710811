using Hangfire.Common;
using Hangfire.Sqlite.Database;
using Hangfire.Storage;

namespace Hangfire.Sqlite;

/// <summary>A connection costs nothing: it is the owner of locks and the way to the writer and the readers.</summary>
internal sealed partial class SqliteStorageConnection(SqliteStorage storage) : JobStorageConnection
{
    public override IWriteOnlyTransaction CreateWriteTransaction() => new SqliteStorageTransaction(storage, this);

    public override IDisposable AcquireDistributedLock(string resource, TimeSpan timeout)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        return storage.Locks.Acquire(resource, this, timeout);
    }

    /// <summary>Soft: until its state is set, which is durable, nobody was promised anything.</summary>
    public override string CreateExpiredJob(Job job, IDictionary<string, string> parameters, DateTime createdAt, TimeSpan expireIn)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(parameters);
        var id = storage.Jobs.NextId();
        storage.Writer.Run(storage.Jobs.Insertion(id, job, parameters, createdAt, expireIn), durable: false);
        return JobTable.Text(id);
    }

    public override IFetchedJob FetchNextJob(string[] queues, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queues);
        return queues.Length > 0
            ? storage.Queues.Fetch(queues, cancellationToken)
            : throw new ArgumentException("At least one queue is needed.", nameof(queues));
    }

    public override void SetJobParameter(string id, string name, string? value)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(name);
        if (JobTable.ParseId(id) is { } number)
        {
            storage.Writer.Run(session => JobTable.SetParameter(session, number, name, value), durable: true);
        }
    }

    public override string? GetJobParameter(string id, string name)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(name);
        return JobTable.ParseId(id) is { } number
            ? storage.Readers.Read(session => session.One("SELECT value FROM job_parameter WHERE job_id = ?1 AND name = ?2", row => row.TextOrNull(0), number, name))
            : null;
    }

    public override JobData? GetJobData(string jobId)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        if (JobTable.ParseId(jobId) is not { } id)
        {
            return null;
        }

        var found = storage.Readers.ReadSnapshot(session => session.One(
            "SELECT invocation, state_name, created_at FROM job WHERE id = ?1",
            row => new { Invocation = row.Text(0), State = row.TextOrNull(1), CreatedAt = row.Time(2), Parameters = JobTable.Parameters(session, id) },
            id));
        if (found is null)
        {
            return null;
        }

        var (job, invocation, fault) = JobTable.Load(found.Invocation);
        return new JobData
        {
            Job = job,
            InvocationData = invocation,
            LoadException = fault,
            State = found.State,
            CreatedAt = found.CreatedAt,
            ParametersSnapshot = found.Parameters,
        };
    }

    public override StateData? GetStateData(string jobId)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        return JobTable.ParseId(jobId) is { } id
            ? storage.Readers.Read(session => session.One(
                "SELECT s.name, s.reason, s.data FROM job j JOIN job_state s ON s.job_id = j.id AND s.number = j.state_number WHERE j.id = ?1",
                row => new StateData { Name = row.Text(0), Reason = row.TextOrNull(1), Data = StateText.Read(row.TextOrNull(2)) },
                id))
            : null;
    }

    public override DateTime GetUtcDateTime() => storage.Clock.GetUtcNow().UtcDateTime;

    public override void Dispose()
    {
        storage.Locks.ReleaseAll(this);
        base.Dispose();
    }

    private TimeSpan Ttl(string kind, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var expires = storage.Readers.Read(session => session.One<long?>(
            "SELECT expire_at FROM collection_expiry WHERE kind = ?1 AND key = ?2", row => row.Long(0), kind, key));
        return expires is { } at ? TimeSpan.FromMilliseconds(at - storage.Clock.Milliseconds()) : TimeSpan.FromSeconds(-1);
    }

    private long Count(string sql, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return storage.Readers.Read(session => session.Count(sql, key));
    }

    /// <summary>Rows from and to, both counted from zero and both included, as LIMIT and OFFSET.</summary>
    private List<string> Range(string sql, string key, int from, int to)
    {
        ArgumentNullException.ThrowIfNull(key);
        return storage.Readers.Read(session => session.All(sql, row => row.TextOrNull(0)!, key, Math.Max(0L, (long)to - from + 1), from));
    }
}
