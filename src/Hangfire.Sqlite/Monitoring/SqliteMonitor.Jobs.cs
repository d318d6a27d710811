using Hangfire.Sqlite.Database;
using Hangfire.States;
using Hangfire.Storage.Monitoring;

namespace Hangfire.Sqlite.Monitoring;

/// <summary>The lists of jobs: what is finished newest first, what is under way or to come oldest first.</summary>
internal sealed partial class SqliteMonitor
{
    public override long ScheduledCount() => Count(CountState, ScheduledState.StateName);

    public override long FailedCount() => Count(CountState, FailedState.StateName);

    public override long ProcessingCount() => Count(CountState, ProcessingState.StateName);

    public override long SucceededListCount() => Count(CountState, SucceededState.StateName);

    public override long DeletedListCount() => Count(CountState, DeletedState.StateName);

    public override long AwaitingCount() => Count(CountState, AwaitingState.StateName);

    public override JobList<EnqueuedJobDto> EnqueuedJobs(string queue, int from, int perPage)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return readers.ReadSnapshot(session => EnqueuedJobs(session, queue, from, perPage));
    }

    public override JobList<FetchedJobDto> FetchedJobs(string queue, int from, int perPage)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return new(readers.ReadSnapshot(session => session.All(
            "SELECT job_id, claimed_at FROM queue WHERE queue = ?1 AND owner IS NOT NULL ORDER BY id LIMIT ?2 OFFSET ?3",
            row => KeyValuePair.Create(JobTable.Text(row.Long(0)), Fetched(Find(session, row.Long(0)), row.TimeOrNull(1))),
            queue,
            (long)perPage,
            (long)from)));
    }

    public override JobList<ProcessingJobDto> ProcessingJobs(int from, int count) => InState(ProcessingState.StateName, from, count, newestFirst: false, job => new ProcessingJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.LoadException,
        InProcessingState = job.Is(ProcessingState.StateName),
        ServerId = job.Text("ServerId") ?? job.Text("ServerName"),
        StartedAt = job.Time("StartedAt") ?? job.StateAt,
        StateData = job.Data,
    });

    public override JobList<ScheduledJobDto> ScheduledJobs(int from, int count) => InState(ScheduledState.StateName, from, count, newestFirst: false, job => new ScheduledJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.LoadException,
        InScheduledState = job.Is(ScheduledState.StateName),
        EnqueueAt = job.Time("EnqueueAt") ?? DateTime.MinValue,
        ScheduledAt = job.Time("ScheduledAt") ?? job.StateAt,
        StateData = job.Data,
    });

    public override JobList<SucceededJobDto> SucceededJobs(int from, int count) => InState(SucceededState.StateName, from, count, newestFirst: true, job => new SucceededJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.LoadException,
        InSucceededState = job.Is(SucceededState.StateName),
        Result = job.Text("Result"),
        TotalDuration = job.Number("PerformanceDuration") + job.Number("Latency"),
        SucceededAt = job.Time("SucceededAt") ?? job.StateAt,
        StateData = job.Data,
    });

    public override JobList<FailedJobDto> FailedJobs(int from, int count) => InState(FailedState.StateName, from, count, newestFirst: true, job => new FailedJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.LoadException,
        InFailedState = job.Is(FailedState.StateName),
        Reason = job.Reason,
        FailedAt = job.Time("FailedAt") ?? job.StateAt,
        ExceptionType = job.Text("ExceptionType"),
        ExceptionMessage = job.Text("ExceptionMessage"),
        ExceptionDetails = job.Text("ExceptionDetails"),
        StateData = job.Data,
    });

    public override JobList<DeletedJobDto> DeletedJobs(int from, int count) => InState(DeletedState.StateName, from, count, newestFirst: true, job => new DeletedJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.LoadException,
        InDeletedState = job.Is(DeletedState.StateName),
        DeletedAt = job.Time("DeletedAt") ?? job.StateAt,
        StateData = job.Data,
    });

    public override JobList<AwaitingJobDto> AwaitingJobs(int from, int count) => new(readers.ReadSnapshot(session =>
        InState(session, AwaitingState.StateName, from, count, newestFirst: false, job => new AwaitingJobDto
        {
            Job = job.Job,
            InvocationData = job.Invocation,
            LoadException = job.LoadException,
            InAwaitingState = job.Is(AwaitingState.StateName),
            AwaitingAt = job.StateAt,
            ParentStateName = job.Text("ParentId") is { } parent && JobTable.ParseId(parent) is { } id ? Find(session, id)?.State : null,
            StateData = job.Data,
        })));

    private static JobList<EnqueuedJobDto> EnqueuedJobs(SqlSession session, string queue, int from, int perPage)
    {
        var ids = session.All(
            "SELECT job_id FROM queue WHERE queue = ?1 AND owner IS NULL ORDER BY id LIMIT ?2 OFFSET ?3", row => row.Long(0), queue, (long)perPage, (long)from);
        return new(ids.ConvertAll(id => KeyValuePair.Create(JobTable.Text(id), Enqueued(Find(session, id)))));
    }

    private static EnqueuedJobDto Enqueued(StoredJob? job) => job is null ? null! : new EnqueuedJobDto // the dashboard shows «job expired» for null
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.LoadException,
        State = job.State,
        InEnqueuedState = job.Is(EnqueuedState.StateName),
        EnqueuedAt = job.Is(EnqueuedState.StateName) ? job.Time("EnqueuedAt") ?? job.StateAt : null,
        StateData = job.Data,
    };

    private static FetchedJobDto Fetched(StoredJob? job, DateTime? at) => job is null ? null! : new FetchedJobDto
    {
        Job = job.Job,
        InvocationData = job.Invocation,
        LoadException = job.LoadException,
        State = job.State,
        FetchedAt = at,
    };

    private static StoredJob? Find(SqlSession session, long id) => session.One(
        $"SELECT {StoredJob.Columns} FROM {StoredJob.Source} WHERE j.id = ?1", row => new StoredJob(row), id);

    private static List<KeyValuePair<string, T>> InState<T>(SqlSession session, string state, int from, int count, bool newestFirst, Func<StoredJob, T> show)
    {
        const string Select = $"SELECT {StoredJob.Columns} FROM {StoredJob.Source} WHERE j.state_name = ?1 ORDER BY ";
        var jobs = session.All(
            Select + (newestFirst ? "j.state_at DESC, j.id DESC LIMIT ?2 OFFSET ?3" : "j.state_at, j.id LIMIT ?2 OFFSET ?3"),
            row => new StoredJob(row),
            state,
            (long)count,
            (long)from);
        return jobs.ConvertAll(job => KeyValuePair.Create(job.Id, show(job)));
    }

    private JobList<T> InState<T>(string state, int from, int count, bool newestFirst, Func<StoredJob, T> show) =>
        new(readers.Read(session => InState(session, state, from, count, newestFirst, show)));
}
