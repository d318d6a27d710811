using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Store;

namespace WhatsApp.Tests.Connection;

public class ConnectionTests
{
    [Fact]
    public async Task Pings_of_the_service_are_answered()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();

        await connection.SendAsync(new Node("iq", new() { ["from"] = Jid.Service, ["type"] = "get", ["xmlns"] = "urn:xmpp:ping", ["id"] = "p1" }));

        var answer = await connection.ExpectAsync(node => node["id"] == "p1");
        Assert.Equal(("iq", "result"), (answer.Tag, answer["type"]));
    }

    [Fact]
    public async Task Two_unanswered_pings_end_the_connection()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();

        await bed.Clock.PassAsync(IsPingPause);
        await connection.ExpectIqAsync("w:p");
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(10));
        await connection.ExpectIqAsync("w:p"); // the second try comes at once
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(SessionFaultReason.KeepaliveLost, (await bed.UntilAsync(SessionPhase.WaitingToReconnect)).LastFault!.Reason);
    }

    [Fact]
    public async Task An_answered_second_ping_keeps_the_connection()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();

        await bed.Clock.PassAsync(IsPingPause);
        await connection.ExpectIqAsync("w:p");
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(10));
        await connection.RefuseAsync(await connection.ExpectIqAsync("w:p"), 500, "an error is an answer too");

        await bed.Clock.PassAsync(IsPingPause);
        await connection.ExpectIqAsync("w:p");
        Assert.Equal(SessionPhase.LoggedIn, bed.Client.Status.Phase);
    }

    [Fact]
    public async Task A_request_without_an_answer_times_out_and_the_late_answer_harms_nobody()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();

        bed.Clock.Forget();
        var request = bed.Client.Services.Sender.RequestAsync(Query(), CancellationToken.None);
        var asked = await connection.ExpectIqAsync("test");
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<TimeoutException>(() => request);
        await connection.ReplyAsync(asked);
        await connection.SendAsync(Notification("n1", "psa"));
        Assert.Equal("n1", (await connection.ExpectAsync("ack"))["id"]);
    }

    [Fact]
    public async Task Requests_get_their_result_their_error_or_the_news_of_the_lost_connection()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        var sender = bed.Client.Services.Sender;
        await Assert.ThrowsAsync<NotConnectedException>(() => sender.RequestAsync(Query(), CancellationToken.None));
        var connection = await bed.LoggedInAsync();

        var first = sender.RequestAsync(Query(), CancellationToken.None);
        var second = sender.RequestAsync(Query(), CancellationToken.None);
        var third = sender.RequestAsync(Query(), CancellationToken.None);
        var asked = new[] { await connection.ExpectIqAsync("test"), await connection.ExpectIqAsync("test"), await connection.ExpectIqAsync("test") };
        Assert.Equal(3, asked.Select(node => node["id"]).Distinct().Count());
        await connection.RefuseAsync(asked[1], 404, "item-not-found");
        await connection.ReplyAsync(asked[0], new Node("found"));

        Assert.NotNull((await first).Child("found"));
        var refused = await Assert.ThrowsAsync<IqErrorException>(() => second);
        Assert.Equal((404, "item-not-found"), (refused.Code, refused.Text));
        await connection.DisposeAsync();
        await Assert.ThrowsAsync<NotConnectedException>(() => third);
        await bed.UntilAsync(SessionPhase.WaitingToReconnect);
        await Assert.ThrowsAsync<NotConnectedException>(async () => await sender.SendAsync(new Node("presence"), CancellationToken.None));
    }

    [Fact]
    public async Task Unknown_and_failing_stanzas_are_answered_counted_and_do_not_stop_the_loop()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync(client =>
        {
            client.Services.Router.Add("notification", "test:fails", (_, _) => throw new InvalidOperationException("broken handler"), StanzaReply.RouterAcks);
            client.Services.Router.Add("notification", "test:malformed", (_, _) => throw new MalformedNodeException("notification", ["no"]), StanzaReply.RouterAcks);
        });
        await using var connection = await bed.LoggedInAsync();

        await connection.SendAsync(Notification("n1", "test:fails"));
        await connection.SendAsync(Notification("n2", "test:malformed"));
        await connection.SendAsync(new Node("surprise", new() { ["id"] = "n3" }));
        await connection.SendAsync(Notification("n4", "test:never-heard-of"));

        var failed = await connection.ExpectAsync("ack");
        var malformed = await connection.ExpectAsync("ack");
        var unknown = await connection.ExpectAsync("ack");
        Assert.Equal(("n1", "notification", "500"), (failed["id"], failed["class"], failed["error"]));
        Assert.Equal(("n2", "487"), (malformed["id"], malformed["error"]));
        Assert.Equal(("n4", "test:never-heard-of", null), (unknown["id"], unknown["type"], unknown["error"]));
        Assert.Equal((1, 1, 2), (bed.Client.Counters.FailedCount, bed.Client.Counters.MalformedCount, bed.Client.Counters.UnknownCount));
    }

    [Fact]
    public async Task A_node_nested_beyond_all_limits_is_skipped_and_the_next_one_handled()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();
        var deep = new Node("leaf");
        for (var level = 0; level < 500; level++)
        {
            deep = new Node("message", null, deep);
        }

        await connection.SendAsync(deep);
        await connection.SendAsync(Notification("n1", "psa"));

        Assert.Equal("n1", (await connection.ExpectAsync("ack"))["id"]);
        Assert.Equal(1, bed.Client.Counters.MalformedCount);
        Assert.Equal(SessionPhase.LoggedIn, bed.Client.Status.Phase);
    }

    [Fact]
    public async Task A_stanza_that_could_not_be_stored_stays_unanswered_and_comes_again()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync(client => client.Services.Router.Add(
            "notification",
            "test:stored",
            (_, token) => client.Services.Database.RunAsync("test-stored", store => store.Retries.Increment(StoreKey.Of("test", "key"), bed.Clock.GetUtcNow()), token),
            StanzaReply.RouterAcks));
        bed.Probe = name =>
        {
            if (name == "whatsapp.test-stored.before")
            {
                throw new IOException("disk full");
            }
        };
        await using (var first = await bed.LoggedInAsync())
        {
            await first.SendAsync(Notification("n1", "test:stored"));
            await first.ExpectEndAsync();
            Assert.DoesNotContain(first.PassedOver, node => node.Tag == "ack");
        }

        Assert.Equal(SessionFaultReason.StoreFailed, (await bed.UntilAsync(SessionPhase.WaitingToReconnect)).LastFault!.Reason);
        bed.Probe = null;
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(3));
        await using var second = await bed.LoggedInAsync();
        await second.SendAsync(Notification("n1", "test:stored"));

        Assert.Null((await second.ExpectAsync("ack"))["error"]);
        Assert.Equal(1, await bed.Database.RunAsync("test", store => store.Retries.Count(StoreKey.Of("test", "key"))));
    }

    [Fact]
    public async Task Stanzas_are_handled_in_the_order_they_came()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();

        for (var number = 0; number < 300; number++)
        {
            await connection.SendAsync(Notification($"n{number}", "psa"));
        }

        for (var number = 0; number < 300; number++)
        {
            Assert.Equal($"n{number}", (await connection.ExpectAsync("ack"))["id"]);
        }
    }

    private static bool IsPingPause(TimeSpan due) => due > TimeSpan.FromSeconds(20) && due < TimeSpan.FromSeconds(25);

    private static Node Query() => new("iq", new() { ["to"] = Jid.Service, ["type"] = "get", ["xmlns"] = "test" });

    private static Node Notification(string id, string type) => new("notification", new() { ["from"] = Jid.Service, ["type"] = type, ["id"] = id });
}
