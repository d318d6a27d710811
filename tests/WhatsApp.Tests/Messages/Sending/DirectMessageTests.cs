using WhatsApp.Binary;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages.Sending;

public sealed class DirectMessageTests
{
    [Fact]
    public async Task A_first_message_sets_up_the_session_and_the_answer_comes_back_over_it()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));

        await member.SayAsync(bot.Phone.Bare, "!claim", "M1");
        await service.DeliverAsync();
        var asked = Assert.Single(await bot.EventsAsync<MessageReceived>(acknowledge: true));
        await bot.Messaging.SendTextAsync(asked.Chat, new OutgoingText("Ready"), "B1", CancellationToken.None);
        await service.DeliverAsync();

        Assert.Equal(("!claim", MessageKind.Text, "M1"), (asked.Text, asked.Kind, asked.Id));
        Assert.Equal("pkmsg", TypeTo(member.Written.First(node => node.Tag == "message")));
        Assert.Equal("msg", TypeTo(bot.Written.First(node => node.Tag == "message")));
        Assert.Equal("Ready", Assert.Single(await member.EventsAsync<MessageReceived>()).Text);
    }

    [Fact]
    public async Task A_message_goes_to_every_device_of_the_person_and_to_our_own_others()
    {
        await using var service = new TestService();
        var (bot, phone) = (await service.AddAsync("1", 1), await service.AddAsync("1"));
        var (member, desktop) = (await service.AddAsync("2"), await service.AddAsync("2", 3));

        await bot.SayAsync(member.Phone.Bare, "Hello", "B1");
        await service.DeliverAsync();

        Assert.Equal("Hello", Assert.Single(await member.EventsAsync<MessageReceived>()).Text);
        Assert.Equal("Hello", Assert.Single(await desktop.EventsAsync<MessageReceived>()).Text);
        Assert.Empty(await phone.EventsAsync<MessageReceived>());
        Assert.Contains(phone.Written, node => node is { Tag: "receipt" } && node["type"] == "sender" && node["id"] == "B1");
        var stanza = bot.Written.First(node => node.Tag == "message");
        Assert.Equal(3, stanza.Child("participants")!.Children.Count);
        Assert.Equal((JidServers.Lid, member.Phone.Bare), (stanza.JidOf("to")!.Value.Server, stanza.JidOf("peer_recipient_pn")));
        Assert.NotNull(stanza.Child("device-identity"));
    }

    [Fact]
    public async Task Device_lists_and_sessions_are_asked_for_once()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));

        await bot.SayAsync(member.Phone.Bare, "one", "B1");
        var queries = (service.UsyncQueries, service.BundleQueries);
        await bot.SayAsync(member.Phone.Bare, "two", "B2");

        Assert.Equal(queries, (service.UsyncQueries, service.BundleQueries));
    }

    [Fact]
    public async Task The_same_id_sends_the_same_bytes_until_it_is_acked_and_nothing_after()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.AnswerMessage = (_, _) => null;
        var onTheWire = service.NextWrittenAsync(bot, node => node.Tag == "message");
        var first = bot.SayAsync(member.Phone.Bare, "once", "B1");
        await onTheWire;
        while (!first.IsCompleted) // the wait begins some time after the stanza is written
        {
            service.Time.Advance(TimeSpan.FromSeconds(61));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<TimeoutException>(() => first);

        service.AnswerMessage = (_, ack) => ack;
        var at = await bot.SayAsync(member.Phone.Bare, "once", "B1");
        await bot.SayAsync(member.Phone.Bare, "once", "B1");
        await service.DeliverAsync();

        var written = bot.Written.Where(node => node.Tag == "message").ToList();
        Assert.Equal(2, written.Count);
        Assert.Equal(NodeEncoder.Encode(written[0]), NodeEncoder.Encode(written[1]));
        Assert.Equal(service.Time.GetUtcNow(), at);
        Assert.Single(await member.EventsAsync<MessageReceived>());
    }

    [Fact]
    public async Task What_was_not_acked_before_a_crash_is_written_again_after_the_next_login()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        bot.Probe = name =>
        {
            if (name == "whatsapp.message-sent.after")
            {
                bot.IsConnected = false;
            }
        };
        await Assert.ThrowsAsync<NotConnectedException>(() => bot.SayAsync(member.Phone.Bare, "kept", "B1"));
        Assert.DoesNotContain(bot.Written, node => node.Tag == "message");

        bot.Probe = null;
        await bot.RestartAsync();
        await bot.LogInAsync();
        await service.DeliverAsync();

        Assert.Equal("kept", Assert.Single(await member.EventsAsync<MessageReceived>()).Text);
        await bot.SayAsync(member.Phone.Bare, "kept", "B1");
        Assert.Single(bot.Written, node => node.Tag == "message");
    }

    [Theory]
    [InlineData(463)]
    [InlineData(475)]
    [InlineData(429)]
    public async Task A_refusal_is_told_by_its_code_and_never_tried_again(int code)
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.AnswerMessage = (_, ack) => Refuse(ack, code);

        var refused = await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(member.Phone.Bare, "Hello", "B1"));
        await bot.LogInAsync();

        Assert.Equal(code, refused.Code);
        Assert.Single(bot.Written, node => node.Tag == "message");
    }

    [Fact]
    public async Task An_account_that_may_not_use_lids_falls_back_to_the_number_once()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.AnswerMessage = (stanza, ack) => stanza.JidOf("to")!.Value.IsLid ? Refuse(ack, 400) : ack;
        service.Carry = (_, stanza) => stanza.JidOf("from")!.Value.IsLid ? null : stanza;

        await bot.SayAsync(member.Phone.Bare, "Hello", "B1");
        await bot.SayAsync(member.Phone.Bare, "again", "B2");
        await service.DeliverAsync();

        Assert.Equal([JidServers.Lid, JidServers.Phone, JidServers.Phone], bot.Written.Where(node => node.Tag == "message").Select(node => node.JidOf("to")!.Value.Server));
        Assert.Equal(["Hello", "again"], (await member.EventsAsync<MessageReceived>()).Select(item => item.Text));
    }

    [Fact]
    public async Task Another_hash_in_the_ack_makes_us_ask_for_devices_and_send_to_those_left_out_once()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.AnswerMessage = (_, ack) => With(ack, "phash", "2:AAAAAAAA");
        await bot.SayAsync(member.Phone.Bare, "one", "B1");
        await bot.IdleAsync();
        var desktop = await service.AddAsync("2", 5);

        await bot.SayAsync(member.Phone.Bare, "two", "B2");
        await bot.IdleAsync();
        await service.DeliverAsync();

        Assert.Equal("two", Assert.Single(await desktop.EventsAsync<MessageReceived>()).Text);
        Assert.Equal("two", (await member.EventsAsync<MessageReceived>())[^1].Text);
        var written = bot.Written.Where(node => node.Tag == "message" && node["id"] == "B2").ToList();
        Assert.Equal([null, desktop.Lid], written.Select(node => node["device_fanout"] == "false" ? node.JidOf("to") : null)); // the first is for the chat
    }

    [Fact]
    public async Task A_person_without_any_device_cannot_be_written_to()
    {
        await using var service = new TestService();
        var bot = await service.AddAsync("1", 1);

        await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(Jid.Parse("6280009@s.whatsapp.net"), "Hello", "B1"));

        Assert.DoesNotContain(bot.Written, node => node.Tag == "message");
    }

    [Fact]
    public async Task A_token_the_person_gave_goes_with_the_message_while_it_is_valid()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.ReceiveAsync(new Node(
            "notification",
            new() { ["type"] = "privacy_token", ["from"] = member.Phone.Bare, ["sender_lid"] = member.Lid.Bare, ["id"] = "N1", ["t"] = 1 },
            new Node("tokens", null, new Node("token", new() { ["type"] = "trusted_contact", ["t"] = service.Time.GetUtcNow().ToUnixTimeSeconds() }, new byte[] { 7, 7 }))));

        await bot.SayAsync(member.Phone.Bare, "now", "B1");
        service.Time.Advance(TimeSpan.FromDays(29));
        await bot.SayAsync(member.Phone.Bare, "late", "B2");

        var written = bot.Written.Where(node => node.Tag == "message").ToList();
        Assert.Equal(new byte[] { 7, 7 }, written[0].Child("tctoken")!.Bytes!.Value.ToArray());
        Assert.Null(written[1].Child("tctoken"));
    }

    [Fact]
    public async Task Delivered_and_read_are_told_once_each()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(member.Phone.Bare, "Hello", "B1");
        await service.DeliverAsync();
        await member.EventsAsync<MessageReceived>(acknowledge: true);
        await service.DeliverAsync();
        var read = new Node("receipt", new() { ["from"] = member.Phone, ["id"] = "B1", ["type"] = "read", ["t"] = 1_772_366_500 });
        await bot.ReceiveAsync(read);
        await bot.ReceiveAsync(read);
        await bot.ReceiveAsync(new Node("receipt", new() { ["from"] = Jid.Parse("6280009@s.whatsapp.net"), ["id"] = "B1", ["type"] = "read" }));

        var states = await bot.EventsAsync<MessageStateChanged>();

        Assert.Equal([MessageState.Delivered, MessageState.Read], states.Select(item => item.State));
        Assert.All(states, item => Assert.Equal((member.Lid.Bare, "B1"), (item.By, item.MessageId)));
    }

    [Fact]
    public async Task Receipts_of_many_members_in_one_piece_are_one_event_and_the_first_of_them_moves_the_message_on()
    {
        await using var service = new TestService();
        var (bot, ani, budi) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        var group = Jid.Parse("1203630001@g.us");
        service.Groups[group] = new TestGroup(group, true).With(bot, ani, budi);
        await bot.SayAsync(group, "all", "B1");
        var receipt = new Node(
            "receipt",
            new() { ["from"] = group, ["id"] = "R1", ["type"] = "read", ["t"] = 1_772_366_700 },
            new Node("participants", new() { ["key"] = "B1" }, User(ani.Lid, 1_772_366_500), User(budi.Phone, 1_772_366_600), User(bot.Lid, 1_772_366_600), User(ani.Lid, 1)),
            new Node("participants", new() { ["key"] = "NOT-OURS" }, User(ani.Lid, 1_772_366_500)));

        await bot.ReceiveAsync(receipt);
        await bot.ReceiveAsync(receipt);

        var told = Assert.Single(await bot.EventsAsync<GroupReceiptsReceived>());
        Assert.Equal(("B1", group, MessageState.Read), (told.MessageId, told.Group, told.State));
        Assert.Equal(
            [new MemberReceipt(ani.Lid.Bare, DateTimeOffset.FromUnixTimeSeconds(1_772_366_500)), new MemberReceipt(budi.Lid.Bare, DateTimeOffset.FromUnixTimeSeconds(1_772_366_600))],
            told.Receipts);
        Assert.Equal((MessageState.Read, ani.Lid.Bare), Assert.Single((await bot.EventsAsync<MessageStateChanged>()).Select(item => (item.State, item.By))));
        Assert.Contains(bot.Written, node => node.Tag == "ack" && node["id"] == "R1");

        static Node User(Jid jid, long t) => new("user", new() { ["jid"] = jid, ["t"] = t });
    }

    private static string? TypeTo(Node message) => message.Child("participants")!.Children[0].Child("enc")!["type"];

    private static Node Refuse(Node ack, int code) => With(ack, "error", code);

    private static Node With(Node ack, string name, AttributeValue value)
    {
        ack.Attributes[name] = value;
        return ack;
    }
}
