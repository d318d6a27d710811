using Hangfire.Common;
using Hangfire.Sqlite.Database;
using Hangfire.States;
using Hangfire.Storage;
using Hangfire.Storage.Monitoring;

namespace Hangfire.Sqlite.Monitoring;

/// <summary>What the dashboard asks: one job, the totals, the queues, the servers. The lists by state stand beside it.</summary>
internal sealed partial class SqliteMonitor(ReaderPool readers, TimeProvider clock) : JobStorageMonitor
{
    private const int JobsShownPerQueue = 5;

    public override IList<QueueWithTopEnqueuedJobsDto> Queues() => readers.ReadSnapshot(session =>
    {
        var names = session.All(
            "SELECT DISTINCT queue FROM queue WHERE owner IS NULL UNION SELECT DISTINCT queue FROM queue WHERE owner IS NOT NULL ORDER BY 1",
            row => row.Text(0));
        return names.ConvertAll(name => new QueueWithTopEnqueuedJobsDto
        {
            Name = name,
            Length = CountFree(session, name),
            Fetched = CountClaimed(session, name),
            FirstJobs = EnqueuedJobs(session, name, 0, JobsShownPerQueue),
        });
    });

    public override IList<ServerDto> Servers() => readers.Read(session => session.All(
        "SELECT id, worker_count, queues, started_at, heartbeat_at FROM server ORDER BY id",
        row => new ServerDto
        {
            Name = row.Text(0),
            WorkersCount = (int)row.Long(1),
            Queues = SerializationHelper.Deserialize<string[]>(row.Text(2)),
            StartedAt = row.Time(3),
            Heartbeat = row.Time(4),
        }));

    public override JobDetailsDto? JobDetails(string jobId)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        return JobTable.ParseId(jobId) is { } id ? readers.ReadSnapshot(session => JobDetails(session, id)) : null;
    }

    public override StatisticsDto GetStatistics() => readers.ReadSnapshot(session => new StatisticsDto
    {
        Servers = session.Count("SELECT count(*) FROM server"),
        Queues = session.Count("SELECT count(*) FROM (SELECT queue FROM queue WHERE owner IS NULL UNION SELECT queue FROM queue WHERE owner IS NOT NULL)"),
        Enqueued = CountState(session, EnqueuedState.StateName),
        Scheduled = CountState(session, ScheduledState.StateName),
        Processing = CountState(session, ProcessingState.StateName),
        Failed = CountState(session, FailedState.StateName),
        Awaiting = CountState(session, AwaitingState.StateName),
        Succeeded = session.Count("SELECT value FROM counter WHERE key = ?1", "stats:succeeded"),
        Deleted = session.Count("SELECT value FROM counter WHERE key = ?1", "stats:deleted"),
        Recurring = session.Count("SELECT count(*) FROM set_item WHERE key = ?1", "recurring-jobs"),
        Retries = session.Count("SELECT count(*) FROM set_item WHERE key = ?1", "retries"),
    });

    public override long EnqueuedCount(string queue) => Count(CountFree, queue);

    public override long FetchedCount(string queue) => Count(CountClaimed, queue);

    private static JobDetailsDto? JobDetails(SqlSession session, long id)
    {
        var details = session.One(
            "SELECT invocation, created_at, expire_at FROM job WHERE id = ?1",
            row =>
            {
                var (job, invocation, fault) = JobTable.Load(row.Text(0));
                return new JobDetailsDto
                {
                    Job = job,
                    InvocationData = invocation,
                    LoadException = fault,
                    CreatedAt = row.Time(1),
                    ExpireAt = row.TimeOrNull(2),
                };
            },
            id);
        if (details is not null)
        {
            details.Properties = JobTable.Parameters(session, id);
            details.History = session.All(
                "SELECT name, reason, created_at, data FROM job_state WHERE job_id = ?1 ORDER BY number DESC",
                row => new StateHistoryDto { StateName = row.Text(0), Reason = row.TextOrNull(1), CreatedAt = row.Time(2), Data = StateText.Read(row.TextOrNull(3)) },
                id);
        }

        return details;
    }

    private static long CountFree(SqlSession session, string queue) =>
        session.Count("SELECT count(*) FROM queue WHERE queue = ?1 AND owner IS NULL", queue);

    private static long CountClaimed(SqlSession session, string queue) =>
        session.Count("SELECT count(*) FROM queue WHERE queue = ?1 AND owner IS NOT NULL", queue);

    private static long CountState(SqlSession session, string state) => session.Count("SELECT count(*) FROM job WHERE state_name = ?1", state);

    private long Count(Func<SqlSession, string, long> count, string of)
    {
        ArgumentNullException.ThrowIfNull(of);
        return readers.Read(session => count(session, of));
    }
}
