using Hangfire.Server;
using Hangfire.Storage;

namespace Hangfire.Sqlite.Tests.Facts;

public sealed class ServerTests : StorageTest
{
    [Fact]
    public void An_announced_server_is_shown_with_its_last_heartbeat()
    {
        Connection.AnnounceServer("one", new ServerContext { WorkerCount = 8, Queues = ["a-critical", "b-default"] });
        var started = Now;
        Clock.Advance(TimeSpan.FromSeconds(30));
        Connection.Heartbeat("one");

        var server = Assert.Single(Monitor.Servers());
        Assert.Equal(("one", 8, started, Now), (server.Name, server.WorkersCount, server.StartedAt, server.Heartbeat!.Value));
        Assert.Equal(["a-critical", "b-default"], server.Queues);
    }

    [Fact]
    public void The_heartbeat_of_an_unknown_server_is_refused() => Assert.Throws<BackgroundServerGoneException>(() => Connection.Heartbeat("unknown"));

    [Fact]
    public void Servers_without_heartbeat_are_removed_and_only_those()
    {
        Connection.AnnounceServer("old", new ServerContext());
        Clock.Advance(TimeSpan.FromMinutes(4));
        Connection.AnnounceServer("new", new ServerContext());
        Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(1, Connection.RemoveTimedOutServers(TimeSpan.FromMinutes(5)));
        Assert.Equal("new", Assert.Single(Monitor.Servers()).Name);
        Assert.Throws<ArgumentException>(() => Connection.RemoveTimedOutServers(TimeSpan.FromMinutes(-1)));
    }
}
