using Hangfire.Sqlite.Queues;

namespace Hangfire.Sqlite.Tests.Facts;

public sealed class QueueTests : StorageTest
{
    [Fact]
    public void Jobs_come_first_in_first_out_and_queues_in_the_order_given()
    {
        var (low, first, second) = (Enqueue("c-low"), Enqueue("a-critical"), Enqueue("a-critical"));

        Assert.Equal([low, first, second], new[] { Fetch("c-low", "a-critical"), Fetch("c-low", "a-critical"), Fetch("c-low", "a-critical") }.Select(job => job.JobId));
    }

    [Fact]
    public async Task A_waiting_worker_is_woken_by_the_commit()
    {
        var waiting = Task.Run(() => Fetch("a-critical", "default"), Cancelled);
        var id = Enqueue();

        Assert.Equal(id, (await waiting.WaitAsync(Eventually.Limit, Cancelled)).JobId);
    }

    [Fact]
    public async Task Each_of_many_waiting_workers_gets_one_job()
    {
        var waiting = Enumerable.Range(0, 6).Select(_ => Task.Run(() => Fetch(), Cancelled)).ToList();
        var ids = Enumerable.Range(0, 6).Select(_ => Enqueue()).ToHashSet();

        var fetched = await Task.WhenAll(waiting).WaitAsync(Eventually.Limit, Cancelled);

        Assert.Equal(ids, fetched.Select(job => job.JobId).ToHashSet());
    }

    [Fact]
    public void Waiting_ends_with_cancellation()
    {
        using var ending = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));

        Assert.ThrowsAny<OperationCanceledException>(() => Connection.FetchNextJob(["default"], ending.Token));
    }

    [Fact]
    public async Task Waiting_ends_with_the_storage()
    {
        var connection = Connection;
        var waiting = Task.Run(() => connection.FetchNextJob(["default"], Cancelled), Cancelled);

        Close();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(Eventually.Limit, Cancelled));
    }

    [Fact]
    public void A_job_neither_removed_nor_given_back_is_given_back_by_disposal_and_comes_first()
    {
        var first = Enqueue();
        Enqueue();
        Fetch().Dispose();

        Assert.Equal(first, Fetch().JobId);
    }

    [Fact]
    public void A_job_given_back_comes_first_and_wakes_a_worker()
    {
        var first = Enqueue();
        Enqueue();
        var fetched = Fetch();
        Assert.Equal((1, 1), (Monitor.EnqueuedCount("default"), Monitor.FetchedCount("default")));

        fetched.Requeue();

        Assert.Equal(first, Fetch().JobId);
    }

    [Fact]
    public void A_removed_job_is_gone_and_removing_again_does_no_harm()
    {
        Enqueue();
        using (var fetched = Fetch())
        {
            fetched.RemoveFromQueue();
            fetched.RemoveFromQueue();
        }

        Assert.Equal((0, 0), (Monitor.EnqueuedCount("default"), Monitor.FetchedCount("default")));
    }

    [Fact]
    public void A_removal_in_a_transaction_takes_effect_with_the_commit_only()
    {
        Enqueue();
        using var fetched = Fetch();
        using (var thrownAway = (SqliteStorageTransaction)Connection.CreateWriteTransaction())
        {
            thrownAway.RemoveFromQueue(fetched);
        }

        Assert.Equal(1, Monitor.FetchedCount("default"));
        Commit(transaction => transaction.RemoveFromQueue(fetched));
        fetched.RemoveFromQueue();
        fetched.Dispose();
        Assert.Equal((0, 0), (Monitor.EnqueuedCount("default"), Monitor.FetchedCount("default")));
    }

    [Fact]
    public void A_commit_that_fails_leaves_the_claim_as_it_was()
    {
        var id = Enqueue();
        using (var fetched = Fetch())
        {
            using var transaction = (SqliteStorageTransaction)Connection.CreateWriteTransaction();
            transaction.RemoveFromQueue(fetched);
            transaction.SetRangeInHash("h", [new(null!, "a field without a name is refused")]);
            Assert.Throws<SqliteStorageException>(transaction.Commit);
        }

        Assert.Equal(id, Fetch().JobId);
    }

    [Fact]
    public void A_worker_that_lost_its_claim_removes_nothing_of_the_new_owner()
    {
        Enqueue();
        var lost = (SqliteFetchedJob)Fetch();
        Storage.Queues.Requeue(lost.Claim);
        var owner = Fetch();

        lost.RemoveFromQueue();
        Commit(transaction => transaction.RemoveFromQueue(lost));
        Assert.Equal(1, Monitor.FetchedCount("default"));

        owner.RemoveFromQueue();
        Assert.Equal(0, Monitor.FetchedCount("default"));
    }

    [Fact]
    public void A_held_claim_is_extended_however_long_the_job_runs()
    {
        Enqueue();
        using var fetched = Fetch();

        for (var hour = 0; hour < 24; hour++)
        {
            Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal((0, 1), (Monitor.EnqueuedCount("default"), Monitor.FetchedCount("default")));
        fetched.RemoveFromQueue();
    }

    [Fact]
    public void A_claim_that_nobody_holds_any_more_is_given_back_after_the_timeout()
    {
        var id = Enqueue();
        var fetched = (SqliteFetchedJob)Fetch();
        Storage.Queues.Forget(fetched.Claim); // as if the object had been collected

        Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(0, Monitor.EnqueuedCount("default"));
        Clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(id, Fetch().JobId);
    }

    [Fact]
    public void Claims_and_servers_of_an_earlier_process_are_gone_when_the_file_is_opened()
    {
        var id = Enqueue();
        Fetch();
        Connection.AnnounceServer("earlier", new Server.ServerContext { WorkerCount = 1, Queues = ["default"] });
        Close();

        Assert.Equal(id, Fetch().JobId);
        Assert.Empty(Monitor.Servers());
    }

    [Fact]
    public void A_job_disposed_after_its_storage_is_free_at_the_next_start()
    {
        var id = Enqueue();
        var fetched = Fetch();
        Close();

        fetched.Dispose();

        Assert.Equal(id, Fetch().JobId);
    }

    [Fact]
    public void A_foreign_fetched_job_is_refused()
    {
        using var transaction = (SqliteStorageTransaction)Connection.CreateWriteTransaction();

        Assert.Throws<ArgumentException>(() => transaction.RemoveFromQueue(new ForeignJob()));
    }

    private sealed class ForeignJob : Hangfire.Storage.IFetchedJob
    {
        public string JobId => "1";

        public void RemoveFromQueue()
        {
        }

        public void Requeue()
        {
        }

        public void Dispose()
        {
        }
    }
}
