using Hangfire.Sqlite.Database;

namespace Hangfire.Sqlite.Tests.Facts;

public sealed class WriterTests : StorageTest
{
    [Fact]
    public async Task Units_that_queue_up_behind_the_leader_share_one_commit_and_a_failing_one_spoils_only_itself()
    {
        using var leaderIsIn = new ManualResetEventSlim();
        using var leaderMayGo = new ManualResetEventSlim();
        var writer = Storage.Writer;
        var leader = OnThread(() => writer.Run(_ => Hold(leaderIsIn, leaderMayGo), durable: false));
        leaderIsIn.Wait(Cancelled);
        var before = writer.Commits;

        var followers = Enumerable.Range(0, 10).Select(number => OnThread(() => writer.Run(
            session =>
            {
                Insert(session, $"f{number}");
                if (number == 4)
                {
                    throw new InvalidOperationException("mine alone");
                }
            },
            durable: true))).ToList();
        Eventually.True(() => writer.Waiting == 10, "all followers wait");
        leaderMayGo.Set();

        await leader.WaitAsync(Eventually.Limit, Cancelled);
        await Assert.ThrowsAsync<InvalidOperationException>(() => followers[4].WaitAsync(Eventually.Limit, Cancelled));
        await Task.WhenAll(followers.Where((_, number) => number != 4)).WaitAsync(Eventually.Limit, Cancelled);
        Assert.Equal(before + 2, writer.Commits); // the leader's own, and one for all ten
        Assert.Equal(9, Connection.GetHashCount("h"));
        Assert.Null(Connection.GetValueFromHash("h", "f4"));
    }

    [Fact]
    public void What_only_says_processing_does_not_wait_for_the_disk_and_what_promises_does()
    {
        var id = Create();
        Commit(transaction => transaction.SetJobState(id, new TestState("Enqueued", null)));
        Assert.True(Storage.Writer.SynchronousIsFull);

        Commit(transaction =>
        {
            transaction.SetJobState(id, new TestState("Processing", null));
            transaction.PersistJob(id);
        });
        Assert.False(Storage.Writer.SynchronousIsFull);

        Commit(transaction => transaction.SetJobState(id, new TestState("Succeeded", null)));
        Assert.True(Storage.Writer.SynchronousIsFull);
    }

    [Fact]
    public async Task Many_callers_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OnThread(() =>
        {
            for (var round = 0; round < 100; round++)
            {
                Storage.Writer.Run(session => session.Run("INSERT INTO counter (key, value) VALUES ('c', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1"), durable: false);
            }
        })));

        Assert.Equal(800, Connection.GetCounter("c"));
    }

    [Fact]
    public async Task Closing_waits_for_the_units_under_way()
    {
        using var leaderIsIn = new ManualResetEventSlim();
        using var leaderMayGo = new ManualResetEventSlim();
        var writer = Storage.Writer;
        var leader = OnThread(() => writer.Run(
            session =>
            {
                Hold(leaderIsIn, leaderMayGo);
                Insert(session, "last");
            },
            durable: true));
        leaderIsIn.Wait(Cancelled);

        var closing = OnThread(Close);
        leaderMayGo.Set();
        await Task.WhenAll(leader, closing).WaitAsync(Eventually.Limit, Cancelled);

        Assert.Equal("v", Connection.GetValueFromHash("h", "last")); // opened again
    }

    private static bool Hold(ManualResetEventSlim isIn, ManualResetEventSlim mayGo)
    {
        isIn.Set();
        return mayGo.Wait(Eventually.Limit);
    }

    private static void Insert(SqlSession session, string field) => session.Run("INSERT INTO hash_item (key, field, value) VALUES ('h', ?1, 'v')", field);

    private Task OnThread(Action action) => Task.Factory.StartNew(action, Cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
