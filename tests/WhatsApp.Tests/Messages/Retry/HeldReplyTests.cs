using WhatsApp.Binary;
using WhatsApp.Messages.Retry;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages.Retry;

public sealed class HeldReplyTests
{
    [Fact]
    public async Task Keys_are_held_back_while_the_offline_queue_drains_and_the_ack_with_them()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.ReceiveAsync(Broken(member, "M1"));
        await bot.ReceiveAsync(Broken(member, "M2"));
        bot.Written.Clear();
        await bot.LogInAsync(drain: false);

        await bot.ReceiveAsync(Broken(member, "M1")); // the second request for it: with keys
        Assert.DoesNotContain(bot.Written, node => node["id"] == "M1");
        await bot.EndOfflineQueueAsync();

        Assert.Equal(["receipt", "ack"], bot.Written.Where(node => node["id"] == "M1").Select(node => node.Tag));
        Assert.NotNull(bot.Written.Single(node => node["type"] == "retry").Child("keys"));
        await bot.ReceiveAsync(Broken(member, "M2"));
        Assert.Equal(2, bot.Written.Count(node => node["id"] == "M2")); // from now on at once
    }

    [Fact]
    public async Task A_request_without_keys_is_not_held_back()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await member.SayAsync(bot.Phone.Bare, "hello", "M0");
        await service.DeliverAsync();
        await bot.LogInAsync(drain: false);

        await bot.ReceiveAsync(Broken(member, "M1"));

        Assert.Null(bot.Written.Single(node => node["type"] == "retry").Child("keys"));
        Assert.Contains(bot.Written, node => node.Tag == "ack" && node["id"] == "M1");
    }

    [Fact]
    public async Task What_was_held_back_when_the_connection_was_lost_goes_out_after_the_next_queue()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.ReceiveAsync(Broken(member, "M1"));
        bot.Written.Clear();
        await bot.LogInAsync(drain: false);
        await bot.ReceiveAsync(Broken(member, "M1"));
        bot.IsConnected = false;
        await Assert.ThrowsAsync<NotConnectedException>(bot.EndOfflineQueueAsync);

        await bot.LogInAsync();

        Assert.Equal(["receipt", "ack"], bot.Written.Where(node => node["id"] == "M1").Select(node => node.Tag));
    }

    [Fact]
    public async Task Requests_the_process_died_with_do_not_use_up_a_message_s_chances()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.ReceiveAsync(Broken(member, "M1"));
        await bot.ReceiveAsync(Broken(member, "M2")); // its commit notes that the first was asked for
        for (var death = 0; death < 6; death++)
        {
            await bot.RestartAsync();
            await bot.LogInAsync(drain: false);
            await bot.ReceiveAsync(Broken(member, "M1"));
        }

        bot.Written.Clear();
        await bot.EndOfflineQueueAsync();

        var asked = Assert.Single(bot.Written, node => node["type"] == "retry");
        Assert.Equal(("M1", "2"), (asked["id"], asked.Child("retry")!["count"]));
    }

    [Fact]
    public async Task What_does_not_fit_is_not_held_back()
    {
        var held = new HeldReplies(new Nowhere());
        var reply = new Node("receipt", null, new Node("keys"));

        var kept = Enumerable.Range(0, HeldReplies.Most + 50).Count(_ => held.TryHold([reply]));

        Assert.Equal(HeldReplies.Most, kept);
        await held.ReleaseAsync(CancellationToken.None);
        Assert.False(held.TryHold([reply]));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(int.MaxValue)]
    public async Task Who_has_asked_five_times_gets_no_answer_but_an_ack(int count)
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(member.Phone.Bare, "hi", "B1");

        var acked = service.NextWrittenAsync(bot, node => node.Tag == "ack" && node["class"] == "receipt" && node["id"] == "B1");
        await bot.ReceiveAsync(Ask(member, "B1", count));
        Assert.Equal("retry", (await acked)["type"]);

        Assert.Single(bot.Written, node => node.Tag == "message");
    }

    [Fact]
    public async Task A_request_is_acked_only_after_its_answer()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(member.Phone.Bare, "hi", "B1");

        var acked = service.NextWrittenAsync(bot, node => node.Tag == "ack" && node["class"] == "receipt");
        await bot.ReceiveAsync(Ask(member, "B1", 1));
        await acked;

        Assert.Equal(["message", "ack"], bot.Written.TakeLast(2).Select(node => node.Tag));
    }

    [Fact]
    public async Task Who_waits_for_the_service_s_answer_hears_that_the_client_was_disposed()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.AnswerMessage = (_, _) => null;
        var written = service.NextWrittenAsync(bot, node => node.Tag == "message");
        var sending = bot.SayAsync(member.Lid.Bare, "hi", "B1");
        await written;

        bot.Messaging.Close();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => sending.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private static Node Broken(TestDevice from, string id) => new(
        "message",
        new() { ["from"] = from.Lid, ["id"] = id, ["t"] = 1_772_366_400, ["type"] = "text", ["offline"] = "0" },
        new Node("enc", new() { ["v"] = 2, ["type"] = "msg" }, new byte[80]));

    private static Node Ask(TestDevice device, string id, int count) => new(
        "receipt",
        new() { ["from"] = device.Lid, ["id"] = id, ["type"] = "retry", ["t"] = 1_772_366_400 },
        new Node("retry", new() { ["count"] = count, ["id"] = id, ["v"] = 1 }));

    private sealed class Nowhere : WhatsApp.Connection.IStanzaSender
    {
        public ValueTask SendAsync(Node stanza, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public Task<Node> RequestAsync(Node iq, CancellationToken cancellationToken) => throw new NotConnectedException();
    }
}
