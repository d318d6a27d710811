using Hangfire.Common;
using Hangfire.Sqlite.Database;
using Hangfire.Sqlite.Queues;
using Hangfire.States;
using Hangfire.Storage;

namespace Hangfire.Sqlite;

/// <summary>
/// Collects changes and commits them as one unit, in the order they were asked for. Workers are signalled after the commit.
/// Soft when it only says «processing»: a power cut then means no more than «run again».
/// </summary>
internal sealed partial class SqliteStorageTransaction(SqliteStorage storage, SqliteStorageConnection connection) : JobStorageTransaction
{
    private readonly List<Action<SqlSession>> _changes = [];
    private readonly List<string> _signals = [];
    private readonly List<SqliteFetchedJob> _removed = [];
    private readonly Stack<IDisposable> _locks = new();
    private bool _saysProcessing;
    private bool _promises;

    public override void SetJobState(string jobId, IState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Name == ProcessingState.StateName)
        {
            _saysProcessing = true;
        }
        else
        {
            _promises = true;
        }

        Change(jobId, InsertState(state, current: true));
    }

    public override void AddJobState(string jobId, IState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Change(jobId, InsertState(state, current: false));
    }

    public override void ExpireJob(string jobId, TimeSpan expireIn)
    {
        var at = storage.Clock.After(expireIn);
        Change(jobId, (session, id) => session.Run("UPDATE job SET expire_at = ?1 WHERE id = ?2", at, id));
    }

    public override void PersistJob(string jobId) =>
        Change(jobId, (session, id) => session.Run("UPDATE job SET expire_at = NULL WHERE id = ?1 AND expire_at IS NOT NULL", id));

    public override string CreateJob(Job job, IDictionary<string, string> parameters, DateTime createdAt, TimeSpan expireIn)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(parameters);
        _promises = true;
        var id = storage.Jobs.NextId();
        _changes.Add(storage.Jobs.Insertion(id, job, parameters, createdAt, expireIn));
        return JobTable.Text(id);
    }

    public override void SetJobParameter(string jobId, string name, string? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        Change(jobId, (session, id) => JobTable.SetParameter(session, id, name, value));
    }

    public override void AddToQueue(string queue, string jobId)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        _promises = true;
        Change(jobId, (session, id) => session.Run("INSERT INTO queue (queue, job_id) VALUES (?1, ?2)", queue, id));
        _signals.Add(queue);
    }

    /// <summary>Takes effect with the commit; a commit that fails leaves the claim as it was.</summary>
    public override void RemoveFromQueue(IFetchedJob fetchedJob)
    {
        ArgumentNullException.ThrowIfNull(fetchedJob);
        if (fetchedJob is not SqliteFetchedJob fetched)
        {
            throw new ArgumentException("The job was fetched from another storage.", nameof(fetchedJob));
        }

        _promises = true;
        _changes.Add(session => JobQueues.Remove(session, fetched.Claim));
        _removed.Add(fetched);
    }

    /// <summary>Taken now, given back after the commit or with the transaction.</summary>
    public override void AcquireDistributedLock(string resource, TimeSpan timeout) =>
        _locks.Push(connection.AcquireDistributedLock(resource, timeout));

    public override void Commit()
    {
        if (_changes.Count > 0)
        {
            storage.Writer.Run(
                session =>
                {
                    foreach (var change in _changes)
                    {
                        change(session);
                    }
                },
                durable: _promises || !_saysProcessing);
        }

        _changes.Clear();
        _removed.ForEach(fetched => fetched.MarkRemoved());
        ReleaseLocks();
        _signals.ForEach(storage.Signals.Signal);
        _signals.Clear();
    }

    public override void Dispose()
    {
        ReleaseLocks();
        base.Dispose();
    }

    private void ReleaseLocks()
    {
        while (_locks.TryPop(out var held))
        {
            held.Dispose();
        }
    }

    private Action<SqlSession, long> InsertState(IState state, bool current)
    {
        var name = state.Name;
        var reason = state.Reason;
        var data = StateText.Write(state.SerializeData());
        var at = storage.Clock.Milliseconds();
        return (session, id) =>
        {
            var number = session.One<long?>(
                """
                INSERT INTO job_state (job_id, number, name, reason, created_at, data)
                SELECT ?1, (SELECT coalesce(max(number), 0) + 1 FROM job_state WHERE job_id = ?1), ?2, ?3, ?4, ?5
                WHERE EXISTS (SELECT 1 FROM job WHERE id = ?1)
                RETURNING number
                """,
                row => row.Long(0),
                id,
                name,
                reason,
                at,
                data);
            if (current && number is { } added)
            {
                session.Run("UPDATE job SET state_name = ?1, state_at = ?2, state_number = ?3 WHERE id = ?4", name, at, added, id);
            }
        };
    }

    /// <summary>A malformed id names no job: there is nothing to change.</summary>
    private void Change(string jobId, Action<SqlSession, long> change)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        if (JobTable.ParseId(jobId) is { } id)
        {
            _changes.Add(session => change(session, id));
        }
    }
}
