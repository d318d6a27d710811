using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;

namespace Hangfire.Sqlite.Tests;

/// <summary>Hangfire's real server on the storage, from the client's call to the last state.</summary>
public sealed class ServerStoryTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SqliteStorage _storage;
    private readonly BackgroundJobServer _server;
    private readonly BackgroundJobClient _client;
    private readonly string _name = Guid.NewGuid().ToString("N");

    public ServerStoryTests()
    {
        _storage = _folder.Open();
        _client = new BackgroundJobClient(_storage);
        _server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                WorkerCount = 2,
                Queues = ["a-critical", "default"],
                SchedulePollingInterval = TimeSpan.FromMilliseconds(100),
                CancellationCheckInterval = TimeSpan.FromMilliseconds(100),
                StopTimeout = TimeSpan.FromSeconds(5),
            },
            _storage);
    }

    private JobStorageMonitor Monitor => (JobStorageMonitor)_storage.GetMonitoringApi();

    [Fact]
    public void An_enqueued_job_runs_once_and_its_row_leaves_the_queue_with_its_last_state()
    {
        var id = _client.Enqueue(() => ServerStoryJobs.Run(_name));

        Reaches(id, SucceededState.StateName);
        Assert.Equal(["Succeeded", "Processing", "Enqueued"], History(id));
        Assert.Equal((0, 0), (Monitor.EnqueuedCount("default"), Monitor.FetchedCount("default")));
        Assert.Equal(1, ServerStoryJobs.Runs(_name));
        Assert.Equal("\"run 1\"", Assert.Single(Monitor.SucceededJobs(0, 1)).Value.Result);
        Assert.Equal(1, Monitor.GetStatistics().Succeeded);
        Assert.Equal(1, Monitor.HourlySucceededJobs().Values.Sum());
        Assert.NotNull(Monitor.JobDetails(id).ExpireAt);
    }

    [Fact]
    public void A_job_runs_in_the_queue_it_names()
    {
        var id = _client.Enqueue("a-critical", () => ServerStoryJobs.Run(_name));

        Reaches(id, SucceededState.StateName);
    }

    [Fact]
    public void A_scheduled_job_runs_when_its_time_has_come_and_not_before()
    {
        var due = DateTimeOffset.UtcNow.AddSeconds(1);
        var later = _client.Schedule(() => ServerStoryJobs.Run(_name + "later"), TimeSpan.FromHours(4));
        var id = _client.Schedule(() => ServerStoryJobs.Run(_name), due);

        Reaches(id, SucceededState.StateName);

        Assert.True(Monitor.SucceededJobs(0, 1)[0].Value.SucceededAt >= due.UtcDateTime.AddSeconds(-1));
        Assert.Equal(["Succeeded", "Processing", "Enqueued", "Scheduled"], History(id));
        Assert.Equal(["Scheduled"], History(later));
        Assert.Equal(1, Monitor.ScheduledCount());
    }

    [Fact]
    public void A_recurring_job_runs_when_it_is_due()
    {
        var manager = new RecurringJobManager(_storage);
        manager.AddOrUpdate("r", () => ServerStoryJobs.Run(_name), Cron.Yearly);
        using (var connection = _storage.GetConnection())
        using (var transaction = connection.CreateWriteTransaction())
        {
            var due = DateTime.UtcNow.AddMinutes(-1);
            transaction.SetRangeInHash("recurring-job:r", [new("NextExecution", JobHelper.SerializeDateTime(due)), new("CreatedAt", JobHelper.SerializeDateTime(due.AddYears(-2)))]);
            transaction.AddToSet("recurring-jobs", "r", JobHelper.ToTimestamp(due));
            transaction.Commit();
        }

        Eventually.True(() => ServerStoryJobs.Runs(_name) == 1, "the recurring job runs");
        manager.Trigger("r");
        Eventually.True(() => ServerStoryJobs.Runs(_name) == 2, "the triggered job runs");

        manager.RemoveIfExists("r");
        Assert.Equal(0, Monitor.GetStatistics().Recurring);
    }

    [Fact]
    public void A_continuation_waits_for_its_parent()
    {
        var parent = _client.Schedule(() => ServerStoryJobs.Run(_name), TimeSpan.FromHours(1));
        var child = _client.ContinueJobWith(parent, () => ServerStoryJobs.Run(_name + "child"));
        Assert.Equal(1, Monitor.AwaitingCount());
        Assert.Equal("Scheduled", Monitor.AwaitingJobs(0, 1)[0].Value.ParentStateName);

        _client.Requeue(parent);

        Reaches(child, SucceededState.StateName);
        Assert.Equal((1, 1), (ServerStoryJobs.Runs(_name), ServerStoryJobs.Runs(_name + "child")));
    }

    [Fact]
    public void A_failed_job_is_tried_again_after_its_delay()
    {
        var id = _client.Enqueue(() => ServerStoryJobs.FailOnce(_name));

        Reaches(id, SucceededState.StateName);

        Assert.Equal(["Succeeded", "Processing", "Enqueued", "Scheduled", "Failed", "Processing", "Enqueued"], History(id));
        Assert.Equal(0, Monitor.GetStatistics().Retries);
    }

    [Fact]
    public void A_job_that_failed_for_good_never_expires_and_can_be_requeued()
    {
        var id = _client.Enqueue(() => ServerStoryJobs.AlwaysFail(_name));
        Reaches(id, FailedState.StateName);
        Assert.Null(Monitor.JobDetails(id).ExpireAt);

        Assert.True(_client.Requeue(id));

        Eventually.True(() => ServerStoryJobs.Runs(_name) == 2 && Monitor.FailedCount() == 1, "it fails again");
        Assert.Equal("every attempt fails", Monitor.FailedJobs(0, 1)[0].Value.ExceptionMessage);
    }

    [Fact]
    public void A_job_deleted_while_it_runs_is_cancelled_and_stays_deleted()
    {
        var id = _client.Enqueue(() => ServerStoryJobs.UntilCancelled(_name, CancellationToken.None));
        Reaches(id, ProcessingState.StateName);

        Assert.True(_client.Delete(id));

        Eventually.True(() => Monitor.FetchedCount("default") == 0, "the worker lets go of it");
        Assert.Equal("Deleted", History(id)[0]);
        Assert.Equal((1, 1), (ServerStoryJobs.Runs(_name), Monitor.GetStatistics().Deleted));
    }

    [Fact]
    public void A_job_that_runs_when_the_server_stops_goes_back_to_the_queue_and_runs_in_the_next()
    {
        var id = _client.Enqueue(() => ServerStoryJobs.UntilCancelled(_name, CancellationToken.None));
        Reaches(id, ProcessingState.StateName);

        _server.Dispose();

        Assert.Equal((1, 0), (Monitor.EnqueuedCount("default"), Monitor.FetchedCount("default")));
        using (new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = 1, StopTimeout = TimeSpan.FromSeconds(5) }, _storage))
        {
            Eventually.True(() => ServerStoryJobs.Runs(_name) == 2, "it runs again");
            _client.Delete(id);
        }
    }

    [Fact]
    public void A_stopped_server_is_not_shown_any_more()
    {
        Eventually.True(() => Monitor.Servers().Count == 1, "the server is announced");

        _server.Dispose();

        Assert.Empty(Monitor.Servers());
    }

    public void Dispose()
    {
        _server.Dispose();
        _storage.Dispose();
        _folder.Dispose();
    }

    private void Reaches(string id, string state) =>
        Eventually.True(() => Monitor.JobDetails(id).History[0].StateName == state, $"job {id} is {state}");

    private List<string> History(string id) => [.. Monitor.JobDetails(id).History.Select(entry => entry.StateName)];
}
