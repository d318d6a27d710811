using System.Globalization;

namespace Hangfire.Sqlite.Tests.Facts;

/// <summary>What the differential suite cannot show: timelines, counters of the home page, fetched jobs, expired jobs in a queue.</summary>
public sealed class MonitorTests : StorageTest
{
    [Fact]
    public void Timelines_cover_seven_days_and_24_hours_of_the_core_s_counters()
    {
        var hour = Now.Date.AddHours(Now.Hour);
        Commit(transaction =>
        {
            transaction.IncrementCounter($"stats:succeeded:{Now.AddDays(-6).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
            transaction.IncrementCounter($"stats:succeeded:{Now.AddDays(-7).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
            transaction.IncrementCounter($"stats:failed:{Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
            transaction.IncrementCounter($"stats:deleted:{hour.AddHours(-23).ToString("yyyy-MM-dd-HH", CultureInfo.InvariantCulture)}");
            transaction.IncrementCounter($"stats:failed:{hour.ToString("yyyy-MM-dd-HH", CultureInfo.InvariantCulture)}");
        });

        Assert.Equal((7, 1), (Monitor.SucceededByDatesCount().Count, Monitor.SucceededByDatesCount()[Now.Date.AddDays(-6)]));
        Assert.Equal(1, Monitor.SucceededByDatesCount().Values.Sum());
        Assert.Equal(1, Monitor.FailedByDatesCount()[Now.Date]);
        Assert.Equal(0, Monitor.DeletedByDatesCount().Values.Sum());
        Assert.Equal(1, Monitor.HourlyDeletedJobs()[hour.AddHours(-23)]);
        Assert.Equal(1, Monitor.HourlyFailedJobs()[hour]);
        Assert.Equal((24, 0), (Monitor.HourlySucceededJobs().Count, Monitor.HourlySucceededJobs().Values.Sum()));
    }

    [Fact]
    public void Statistics_count_everything_the_home_page_shows()
    {
        Enqueue("a-critical");
        var failed = Enqueue();
        Commit(transaction =>
        {
            transaction.SetJobState(failed, new TestState("Failed", null));
            transaction.SetJobState(Create(), new TestState("Awaiting", null));
            transaction.IncrementCounter("stats:succeeded");
            transaction.IncrementCounter("stats:deleted");
            transaction.AddToSet("recurring-jobs", "r");
            transaction.AddToSet("retries", "1");
        });
        Connection.AnnounceServer("s", new Server.ServerContext());

        var all = Monitor.GetStatistics();

        Assert.Equal((1, 2, 1, 1, 1), (all.Servers, all.Queues, all.Enqueued, all.Failed, all.Awaiting));
        Assert.Equal((1, 1, 1, 1), (all.Succeeded, all.Deleted, all.Recurring, all.Retries));
    }

    [Fact]
    public void Fetched_jobs_are_shown_with_the_time_of_their_claim()
    {
        var id = Enqueue();
        using var fetched = Fetch();

        var (shown, job) = Assert.Single(Monitor.FetchedJobs("default", 0, 10));

        Assert.Equal((id, "Enqueued", Now), (shown, job.State, job.FetchedAt));
        Assert.Equal(1, Assert.Single(Monitor.Queues()).Fetched);
    }

    [Fact]
    public void A_queue_row_whose_job_expired_is_listed_without_a_job()
    {
        var id = Enqueue();
        Commit(transaction => transaction.ExpireJob(id, TimeSpan.Zero));
        Clock.Advance(TimeSpan.FromSeconds(1));
        new Upkeep.ExpirationProcess(Storage).DeleteBatch();

        var row = Assert.Single(Monitor.EnqueuedJobs("default", 0, 10));

        Assert.Equal((id, null), (row.Key, row.Value));
    }

    [Fact]
    public void An_awaiting_job_shows_the_state_of_its_parent()
    {
        var parent = Enqueue();
        var child = Create();
        Commit(transaction => transaction.SetJobState(child, new TestState("Awaiting", null, ("ParentId", parent))));

        Assert.Equal("Enqueued", Assert.Single(Monitor.AwaitingJobs(0, 10)).Value.ParentStateName);
    }
}
