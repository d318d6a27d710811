using WhatsApp.Binary;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages.Receiving;

public sealed class ReceivingTests
{
    [Fact]
    public async Task A_copy_that_comes_under_the_sender_s_other_name_is_answered_under_that_name()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await member.SayAsync(bot.Phone.Bare, "hello", "M1");
        await service.DeliverAsync();
        await bot.EventsAsync<MessageReceived>(acknowledge: true);
        var copy = bot.Delivered.Last(node => node.Tag == "message");
        var other = copy.JidOf("from")!.Value.IsLid ? member.Phone : member.Lid;
        copy.Attributes["from"] = other;

        await bot.ReceiveAsync(copy);

        Assert.Equal(other, bot.Written.Last(node => node.Tag == "receipt" && node["id"] == "M1").JidOf("to"));
        Assert.Empty(await bot.EventsAsync<MessageReceived>());
    }

    [Fact]
    public async Task The_sender_hears_of_delivery_only_once_the_host_has_the_message()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await member.SayAsync(bot.Phone.Bare, "!claim", "M1");
        await service.DeliverAsync();
        Assert.DoesNotContain(bot.Written, IsAnswerTo("M1"));

        await bot.EventsAsync<MessageReceived>(acknowledge: true);
        await service.DeliverAsync();

        var receipt = Assert.Single(bot.Written, IsAnswerTo("M1"));
        Assert.Equal(("receipt", "inactive", member.Lid), (receipt.Tag, receipt["type"], receipt.JidOf("to")!.Value));
        Assert.Equal(MessageState.Delivered, Assert.Single(await member.EventsAsync<MessageStateChanged>()).State);
    }

    [Fact]
    public async Task A_stanza_that_comes_again_raises_nothing_and_gets_the_same_receipt()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await member.SayAsync(bot.Phone.Bare, "!claim", "M1");
        await service.DeliverAsync();
        var stanza = bot.Delivered.Single(node => node["id"] == "M1");
        await bot.ReceiveAsync(stanza);
        Assert.DoesNotContain(bot.Written, IsAnswerTo("M1"));
        await bot.EventsAsync<MessageReceived>(acknowledge: true);

        await bot.ReceiveAsync(stanza);

        Assert.Empty(await bot.EventsAsync<MessageReceived>());
        var answers = bot.Written.Where(node => IsAnswerTo("M1")(node)).ToList();
        Assert.Equal(2, answers.Count);
        Assert.Equal(NodeEncoder.Encode(answers[0]), NodeEncoder.Encode(answers[1]));
    }

    [Fact]
    public async Task A_receipt_that_could_not_go_out_goes_out_after_a_restart()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await member.SayAsync(bot.Phone.Bare, "!claim", "M1");
        await service.DeliverAsync();
        bot.IsConnected = false;
        await bot.EventsAsync<MessageReceived>(acknowledge: true);
        await bot.RestartAsync();
        Assert.DoesNotContain(bot.Written, IsAnswerTo("M1"));

        await bot.LogInAsync();

        Assert.Single(bot.Written, IsAnswerTo("M1"));
        Assert.Empty(await bot.EventsAsync<MessageReceived>());
    }

    [Fact]
    public async Task An_event_the_host_had_not_acknowledged_comes_first_after_a_restart()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await member.SayAsync(bot.Phone.Bare, "one", "M1");
        await member.SayAsync(bot.Phone.Bare, "two", "M2");
        await service.DeliverAsync();
        var before = await bot.EventsAsync<MessageReceived>();
        await bot.Messaging.Events.AcknowledgeAsync(before[0].Position, CancellationToken.None);

        await bot.RestartAsync();

        var after = Assert.Single(await bot.EventsAsync<MessageReceived>());
        Assert.Equal(before[1].Position, after.Position);
        Assert.Equal("two", after.Text);
    }

    [Fact]
    public async Task A_crash_before_the_commit_leaves_the_ratchet_where_it_was()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await member.SayAsync(bot.Phone.Bare, "!claim", "M1");
        var crash = true;
        bot.Probe = name =>
        {
            if (crash && name == "whatsapp.message-received.before")
            {
                crash = false;
                throw new InvalidOperationException("the process died here");
            }
        };
        await Assert.ThrowsAnyAsync<Exception>(() => service.DeliverAsync());
        bot.Probe = null;
        await bot.RestartAsync();
        await bot.LogInAsync();

        await bot.ReceiveAsync(bot.Delivered.Single(node => node["id"] == "M1"));

        Assert.Equal("!claim", Assert.Single(await bot.EventsAsync<MessageReceived>()).Text);
    }

    [Fact]
    public async Task A_long_text_arrives_whole()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        var text = new string('x', 65_536);

        await member.SayAsync(bot.Phone.Bare, text, "M1");
        await service.DeliverAsync();

        Assert.Equal(text, Assert.Single(await bot.EventsAsync<MessageReceived>()).Text);
    }

    [Fact]
    public async Task The_events_have_one_reader()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await member.SayAsync(bot.Phone.Bare, "!claim", "M1");
        await service.DeliverAsync();
        await using var first = bot.Messaging.Events.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        await using var second = bot.Messaging.Events.ReadAsync(CancellationToken.None).GetAsyncEnumerator();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await second.MoveNextAsync());
    }

    [Fact]
    public async Task Only_people_who_wrote_and_groups_we_are_in_have_a_chat_handle()
    {
        await using var service = new TestService();
        var (bot, member, stranger) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        var (ours, others) = (Jid.Parse("1203630001@g.us"), Jid.Parse("1203630002@g.us"));
        service.Groups[ours] = new TestGroup(ours, true).With(bot, member);
        service.Groups[others] = new TestGroup(others, true).With(stranger);
        await member.SayAsync(bot.Phone.Bare, "!claim", "M1");
        await service.DeliverAsync();

        Assert.NotNull(await bot.Messaging.FindChatAsync(member.Lid.Bare, CancellationToken.None));
        Assert.NotNull(await bot.Messaging.FindChatAsync(ours, CancellationToken.None));
        Assert.Null(await bot.Messaging.FindChatAsync(stranger.Lid.Bare, CancellationToken.None));
        Assert.Null(await bot.Messaging.FindChatAsync(others, CancellationToken.None));
        Assert.Null(await bot.Messaging.FindChatAsync(Jid.Parse("1203630003@g.us"), CancellationToken.None));
    }

    private static Predicate<Node> IsAnswerTo(string id) => node => node["id"] == id && node.Tag is "receipt" or "ack";
}
