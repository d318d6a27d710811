using Hangfire.Storage;

namespace Hangfire.Sqlite.Tests.Facts;

public sealed class LockTests : StorageTest
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_held_lock_is_refused_to_another_connection_when_the_time_is_over()
    {
        using var other = Storage.GetConnection();
        using var held = Connection.AcquireDistributedLock("r", TimeSpan.Zero);

        var fault = Assert.Throws<DistributedLockTimeoutException>(() => other.AcquireDistributedLock("r", TimeSpan.FromMilliseconds(10)));

        Assert.Equal("r", fault.Resource);
    }

    [Fact]
    public void A_connection_enters_its_own_lock_again_and_frees_it_with_the_last_handle()
    {
        using var other = Storage.GetConnection();
        var outer = Connection.AcquireDistributedLock("r", TimeSpan.Zero);
        var inner = Connection.AcquireDistributedLock("r", TimeSpan.Zero);

        inner.Dispose();
        inner.Dispose();
        Assert.Throws<DistributedLockTimeoutException>(() => other.AcquireDistributedLock("r", TimeSpan.Zero));

        outer.Dispose();
        other.AcquireDistributedLock("r", TimeSpan.Zero).Dispose();
    }

    [Fact]
    public async Task A_lock_is_released_on_another_thread_and_passed_to_the_one_who_waits()
    {
        using var other = Storage.GetConnection();
        var held = Connection.AcquireDistributedLock("r", TimeSpan.Zero);
        var waiting = Task.Run(() => other.AcquireDistributedLock("r", Long), Cancelled);

        await Task.Run(held.Dispose, Cancelled);

        (await waiting.WaitAsync(Eventually.Limit, Cancelled)).Dispose();
    }

    [Fact]
    public void A_disposed_connection_frees_its_locks_and_its_handles_can_free_nothing_more()
    {
        using var other = Storage.GetConnection();
        using var third = Storage.GetConnection();
        var first = Storage.GetConnection();
        var stale = first.AcquireDistributedLock("r", TimeSpan.Zero);

        first.Dispose();
        using var held = other.AcquireDistributedLock("r", TimeSpan.Zero);
        stale.Dispose();

        Assert.Throws<DistributedLockTimeoutException>(() => third.AcquireDistributedLock("r", TimeSpan.Zero));
    }

    [Fact]
    public void Other_resources_and_other_letter_cases_are_other_locks()
    {
        using var other = Storage.GetConnection();
        using var held = Connection.AcquireDistributedLock("r", TimeSpan.Zero);

        other.AcquireDistributedLock("R", TimeSpan.Zero).Dispose();
        other.AcquireDistributedLock("s", TimeSpan.Zero).Dispose();
    }

    [Fact]
    public async Task Under_contention_one_holds_it_at_a_time_and_everybody_gets_it()
    {
        var inside = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var connection = Storage.GetConnection();
                for (var round = 0; round < 50; round++)
                {
                    using (connection.AcquireDistributedLock("r", Long))
                    {
                        most = Math.Max(most, Interlocked.Increment(ref inside));
                        Interlocked.Decrement(ref inside);
                    }
                }
            },
            Cancelled,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(1, most);
    }

    [Fact]
    public void A_transaction_holds_its_lock_until_its_commit_or_end()
    {
        using var other = Storage.GetConnection();
        using (var transaction = (SqliteStorageTransaction)Connection.CreateWriteTransaction())
        {
            transaction.AcquireDistributedLock("r", TimeSpan.Zero);
            Assert.Throws<DistributedLockTimeoutException>(() => other.AcquireDistributedLock("r", TimeSpan.Zero));
            transaction.Commit();
            other.AcquireDistributedLock("r", TimeSpan.Zero).Dispose();
            transaction.AcquireDistributedLock("r", TimeSpan.Zero);
        }

        other.AcquireDistributedLock("r", TimeSpan.Zero).Dispose();
    }
}
