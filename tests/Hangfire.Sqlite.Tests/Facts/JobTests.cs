using Hangfire.Common;
using Hangfire.Storage;

namespace Hangfire.Sqlite.Tests.Facts;

public sealed class JobTests : StorageTest
{
    [Fact]
    public void A_created_job_is_read_back_with_its_arguments_parameters_and_time()
    {
        var id = Connection.CreateExpiredJob(TestJobs.Example(42, "b-default"), new Dictionary<string, string> { ["Culture"] = "id", ["Empty"] = null! }, Now.AddMinutes(-5), TimeSpan.FromDays(1));

        var job = Connection.GetJobData(id);
        Assert.Equal([42], job.Job.Args);
        Assert.Equal("b-default", job.Job.Queue);
        Assert.Equal(Now.AddMinutes(-5), job.CreatedAt);
        Assert.Null(job.State);
        Assert.Equal("id", job.ParametersSnapshot["Culture"]);
        Assert.Null(job.ParametersSnapshot["Empty"]);
        Assert.Equal(Now.AddMinutes(-5).AddDays(1), Monitor.JobDetails(id).ExpireAt);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("not-a-number")]
    [InlineData("99999999999999999999999")]
    public void An_id_that_names_no_job_reads_as_not_found_and_changes_nothing(string id)
    {
        Assert.Null(Connection.GetJobData(id));
        Assert.Null(Connection.GetStateData(id));
        Assert.Null(Connection.GetJobParameter(id, "p"));
        Assert.Null(Monitor.JobDetails(id));
        Connection.SetJobParameter(id, "p", "v");
        Commit(transaction =>
        {
            transaction.SetJobState(id, new TestState("Own", null));
            transaction.ExpireJob(id, TimeSpan.FromDays(1));
            transaction.SetJobParameter(id, "p", "v");
        });
        Assert.Null(Connection.GetJobParameter(id, "p"));
    }

    [Fact]
    public void A_job_whose_method_is_gone_is_told_by_the_exception_everywhere()
    {
        var id = Enqueue();
        Storage.Writer.Run(session => session.Run("UPDATE job SET invocation = replace(invocation, 'Nothing', 'Gone')"), durable: false);

        var job = Connection.GetJobData(id);

        Assert.Null(job.Job);
        Assert.IsType<JobLoadException>(job.LoadException);
        Assert.NotNull(Monitor.JobDetails(id).LoadException);
        Assert.NotNull(Assert.Single(Monitor.EnqueuedJobs("default", 0, 5)).Value.LoadException);
    }

    [Fact]
    public void A_job_whose_text_is_damaged_is_told_by_the_exception()
    {
        var id = Create();
        Storage.Writer.Run(session => session.Run("UPDATE job SET invocation = '{'"), durable: false);

        Assert.IsType<JobLoadException>(Connection.GetJobData(id).LoadException);
    }

    [Fact]
    public void Ids_are_never_given_twice_even_when_the_newest_job_was_deleted_before_a_restart()
    {
        var last = long.Parse(Create(), System.Globalization.CultureInfo.InvariantCulture);
        Clock.Advance(TimeSpan.FromDays(2));
        new Upkeep.ExpirationProcess(Storage).DeleteBatch();
        Assert.Null(Connection.GetJobData(JobTable.Text(last)));
        Close();

        Assert.True(long.Parse(Create(), System.Globalization.CultureInfo.InvariantCulture) > last);
    }

    [Fact]
    public void An_id_block_is_known_to_the_file_although_the_unit_that_took_it_was_undone()
    {
        using (var thrownAway = (SqliteStorageTransaction)Connection.CreateWriteTransaction())
        {
            thrownAway.CreateJob(TestJobs.Example(), new Dictionary<string, string>(), Now, TimeSpan.FromHours(1));
            thrownAway.SetRangeInHash("h", [new("f", null!), new(null!, "a field without a name is refused")]);
            Assert.Throws<SqliteStorageException>(thrownAway.Commit);
        }

        var kept = Create();
        Close();

        Assert.NotEqual(kept, Create(2));
        Assert.Equal([1], Connection.GetJobData(kept).Job.Args);
    }

    [Fact]
    public void The_current_state_is_the_last_one_set_and_an_added_one_is_only_history()
    {
        var id = Create();
        Commit(transaction => transaction.SetJobState(id, new TestState("First", "why", ("Key", "value"))));
        Commit(transaction => transaction.AddJobState(id, new TestState("Noted", null)));

        var state = Connection.GetStateData(id);
        Assert.Equal("First", state.Name);
        Assert.Equal("why", state.Reason);
        Assert.Equal("value", state.Data["key"]);
        Assert.Equal("First", Connection.GetJobData(id).State);
        Assert.Equal(["Noted", "First"], Monitor.JobDetails(id).History.Select(entry => entry.StateName));
    }

    [Fact]
    public void Parameters_are_overwritten_and_read_one_by_one()
    {
        var id = Create();
        Connection.SetJobParameter(id, "RetryCount", "1");
        Connection.SetJobParameter(id, "RetryCount", "2");
        Commit(transaction => transaction.SetJobParameter(id, "Other", "3"));

        Assert.Equal("2", Connection.GetJobParameter(id, "RetryCount"));
        Assert.Equal("3", Connection.GetJobParameter(id, "Other"));
        Assert.Null(Connection.GetJobParameter(id, "None"));
    }

    [Fact]
    public void A_job_created_in_a_transaction_has_its_id_at_once_and_exists_with_the_commit()
    {
        using var transaction = (SqliteStorageTransaction)Connection.CreateWriteTransaction();
        var id = transaction.CreateJob(TestJobs.Example(7), new Dictionary<string, string> { ["p"] = "v" }, Now, TimeSpan.FromDays(1));
        transaction.AddToQueue("default", id);
        Assert.Null(Connection.GetJobData(id));

        transaction.Commit();

        Assert.Equal([7], Connection.GetJobData(id).Job.Args);
        Assert.Equal(1, Monitor.EnqueuedCount("default"));
    }

    [Fact]
    public void A_transaction_that_fails_in_its_middle_leaves_nothing()
    {
        var id = Create();
        using var transaction = (SqliteStorageTransaction)Connection.CreateWriteTransaction();
        transaction.SetJobState(id, new TestState("Enqueued", null));
        transaction.AddToQueue("default", id);
        transaction.IncrementCounter("stats:succeeded");
        transaction.SetRangeInHash("h", [new("f", "v"), new(null!, "a field without a name is refused")]);

        Assert.Throws<SqliteStorageException>(transaction.Commit);

        Assert.Null(Connection.GetStateData(id));
        Assert.Equal(0, Monitor.EnqueuedCount("default"));
        Assert.Equal(0, Connection.GetCounter("stats:succeeded"));
        Assert.Null(Connection.GetAllEntriesFromHash("h"));
    }

    [Fact]
    public void The_clock_is_the_injected_one() => Assert.Equal(Now, Connection.GetUtcDateTime());
}
