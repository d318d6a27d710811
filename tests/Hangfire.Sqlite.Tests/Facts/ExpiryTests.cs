using Hangfire.Sqlite.Upkeep;

namespace Hangfire.Sqlite.Tests.Facts;

public sealed class ExpiryTests : StorageTest
{
    [Fact]
    public void An_expired_job_goes_with_its_states_and_parameters_and_a_persisted_one_stays()
    {
        var (gone, kept) = (Create(), Create());
        Connection.SetJobParameter(gone, "p", "v");
        Commit(transaction =>
        {
            transaction.SetJobState(gone, new TestState("Succeeded", null));
            transaction.ExpireJob(gone, TimeSpan.FromHours(24));
            transaction.SetJobState(kept, new TestState("Failed", null));
            transaction.PersistJob(kept);
        });
        Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));

        new ExpirationProcess(Storage).DeleteBatch();

        Assert.Null(Connection.GetJobData(gone));
        Assert.Equal("Failed", Connection.GetJobData(kept).State);
        Assert.Equal(1, Storage.Readers.Read(session => session.Count("SELECT (SELECT count(*) FROM job_state) + (SELECT count(*) FROM job_parameter)")));
    }

    [Fact]
    public void A_batch_is_small_and_batches_go_on_until_nothing_is_left()
    {
        for (var number = 0; number < 450; number++)
        {
            Create();
        }

        Clock.Advance(TimeSpan.FromHours(2));
        var process = new ExpirationProcess(Storage);

        Assert.Equal([200, 200, 50, 0], new[] { process.DeleteBatch(), process.DeleteBatch(), process.DeleteBatch(), process.DeleteBatch() });
    }

    [Fact]
    public void A_long_log_is_cut_when_nothing_was_committed_between_two_looks()
    {
        var process = new IdleCheckpointProcess(Storage);
        Commit(transaction => transaction.SetRangeInHash("h", [new("f", new string('x', 600_000))]));

        Assert.False(process.CutIfIdle()); // something was committed since the last look
        Assert.True(Storage.LogLength > 500_000);
        Assert.True(process.CutIfIdle());
        Assert.Equal(0, Storage.LogLength);
        Assert.Equal(600_000, Connection.GetValueFromHash("h", "f")?.Length);
    }
}
