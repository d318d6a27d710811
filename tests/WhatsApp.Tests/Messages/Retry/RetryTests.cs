using WhatsApp.Binary;
using WhatsApp.Store;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages.Retry;

public sealed class RetryTests
{
    private static readonly Jid Group = Jid.Parse("1203630001@g.us");

    [Fact]
    public async Task A_message_that_cannot_be_decrypted_is_asked_for_and_read_when_it_comes_again()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await member.SayAsync(bot.Phone.Bare, "hello", "M0");
        await service.DeliverAsync();
        await bot.SayAsync(member.Phone.Bare, "hi", "B0");
        await service.DeliverAsync();
        await bot.Database.RunAsync("lost", store => store.Sessions.DeletePerson(store.Lids.PeerOf(member.Lid)));

        var again = service.NextWrittenAsync(member, node => node.Tag == "message" && node["id"] == "M1" && node.Child("enc") is not null);
        await member.SayAsync(bot.Phone.Bare, "!claim", "M1");
        await service.DeliverAsync();
        await again;
        await service.DeliverAsync();

        var asked = Assert.Single(bot.Written, node => node["type"] == "retry");
        Assert.Equal(("1", "1"), (asked.Child("retry")!["count"], asked.Child("retry")!["error"]));
        Assert.NotNull(asked.Child("keys"));
        Assert.Contains(bot.Written, node => node.Tag == "ack" && node["id"] == "M1" && node["error"] is null);
        Assert.Equal("!claim", Assert.Single(await bot.EventsAsync<MessageReceived>(), item => item.Id == "M1").Text);
    }

    [Fact]
    public async Task A_group_message_without_key_is_answered_with_the_key_beside_it()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.Groups[Group] = new TestGroup(Group, true).With(bot, member);
        await bot.SayAsync(Group, "first", "B1");
        await service.DeliverAsync();
        await member.Database.RunAsync("lost", store => store.SenderKeys.Delete(Group, store.Lids.DeviceOf(bot.Lid)));

        var again = service.NextWrittenAsync(bot, node => node.Tag == "message" && node["id"] == "B2" && node.JidOf("participant") is not null);
        await bot.SayAsync(Group, "second", "B2");
        await service.DeliverAsync();
        await again;
        await service.DeliverAsync();
        await bot.SayAsync(Group, "third", "B3");
        await service.DeliverAsync();

        Assert.Equal(["first", "second", "third"], (await member.EventsAsync<MessageReceived>()).Select(item => item.Text));
    }

    [Fact]
    public async Task Asking_ends_after_four_requests_and_carries_fresh_keys_from_the_second_on()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await member.SayAsync(bot.Phone.Bare, "hello", "M0");
        await service.DeliverAsync();
        var broken = new Node(
            "message",
            new() { ["from"] = member.Lid, ["id"] = "M1", ["t"] = 1_772_366_400, ["type"] = "text" },
            new Node("enc", new() { ["v"] = 2, ["type"] = "msg" }, new byte[80]));

        for (var i = 0; i < 6; i++)
        {
            await bot.ReceiveAsync(broken);
        }

        var asked = bot.Written.Where(node => node["type"] == "retry").ToList();
        Assert.Equal(["1", "2", "3", "4"], asked.Select(node => node.Child("retry")!["count"]));
        Assert.Equal([false, true, true, true], asked.Select(node => node.Child("keys") is not null));
        Assert.Equal(3, asked.Skip(1).Select(node => Convert.ToHexString(node.Child("keys")!.Child("key")!.Child("id")!.Bytes!.Value.Span)).Distinct().Count());
        Assert.Equal(6, bot.Written.Count(node => node.Tag == "ack" && node["id"] == "M1"));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task A_new_message_under_a_used_key_is_asked_for_again_unless_it_had_waited(bool waited, int requests)
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await member.SayAsync(bot.Phone.Bare, "hello", "M0");
        await service.DeliverAsync();
        var first = Assert.Single(bot.Delivered, node => node.Tag == "message" && node["id"] == "M0");

        // Its writer lost a step of its ratchet and used the key once more.
        var attributes = new NodeAttributes();
        foreach (var (name, value) in first.Attributes)
        {
            attributes[name] = value;
        }

        attributes["id"] = "M1";
        attributes["offline"] = waited ? "0" : null;
        await bot.ReceiveAsync(new Node(first.Tag, attributes, first.Children));

        Assert.Equal(requests, bot.Written.Count(node => node["type"] == "retry" && node["id"] == "M1"));
        Assert.Contains(bot.Written, node => node.Tag == "ack" && node["id"] == "M1");
    }

    [Fact]
    public async Task A_stranger_does_not_get_a_message_by_asking_for_it()
    {
        await using var service = new TestService();
        var (bot, member, stranger) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        await bot.SayAsync(member.Phone.Bare, "password", "B1");
        await service.DeliverAsync();
        var before = bot.Written.Count(node => node.Tag == "message");

        await bot.ReceiveAsync(Ask(stranger, "B1", 1));
        var answer = service.NextWrittenAsync(bot, node => node.Tag == "message");
        await bot.ReceiveAsync(Ask(member, "B1", 1));
        await answer;

        Assert.Equal(before + 1, bot.Written.Count(node => node.Tag == "message"));
        Assert.Equal(member.Lid, (await answer).JidOf("to")!.Value);
    }

    [Fact]
    public async Task A_group_that_asks_all_at_once_is_answered_up_to_its_share()
    {
        await using var service = new TestService();
        var limit = new WhatsApp.Messages.Retry.GroupResendLimit(service.Time);

        var taken = Enumerable.Range(0, 30).Count(_ => limit.TryTake(Group));
        service.Time.Advance(TimeSpan.FromMinutes(1));
        var afterAMinute = Enumerable.Range(0, 30).Count(_ => limit.TryTake(Group));

        Assert.Equal((20, 10), (taken, afterAMinute));
    }

    private static Node Ask(TestDevice device, string id, int count) => new(
        "receipt",
        new() { ["from"] = device.Lid, ["id"] = id, ["type"] = "retry", ["t"] = 1_772_366_400 },
        new Node("retry", new() { ["count"] = count, ["id"] = id, ["v"] = 1 }));
}
