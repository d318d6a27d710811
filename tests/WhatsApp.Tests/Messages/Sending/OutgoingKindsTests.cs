using WhatsApp.Binary;
using WhatsApp.Proto;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages.Sending;

public sealed class OutgoingKindsTests
{
    private static readonly Jid Group = Jid.Parse("1203630001@g.us");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_taken_back_says_which_one_and_shows_nothing(bool inGroup)
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.Groups[Group] = new TestGroup(Group, true).With(bot, member);
        var chat = inGroup ? Group : member.Lid.Bare;
        await bot.SayAsync(chat, "oops", "B1");
        await service.DeliverAsync();

        await bot.Messaging.RevokeAsync(new ChatHandle(chat), "B1", "B2", CancellationToken.None);
        await service.DeliverAsync();

        var stanza = bot.Written.Last(node => node.Tag == "message");
        Assert.Equal(("B2", "7", "text"), (stanza["id"], stanza["edit"], stanza["type"]));
        var content = inGroup ? stanza.Child("enc")! : stanza.Child("participants")!.Children[0].Child("enc")!;
        Assert.Equal("hide", content["decrypt-fail"]);
        var revoke = (await PlaintextAsync(bot, "B2")).ProtocolMessage;
        Assert.Equal((ProtocolMessage.Types.Type.Revoke, "B1", true, chat.ToString()), (revoke.Type, revoke.Key.Id, revoke.Key.FromMe, revoke.Key.RemoteJid));
        Assert.Equal("B1", Assert.Single(await member.EventsAsync<MessageReceived>()).Id);
        Assert.Contains(member.Written, node => node["id"] == "B2" && node.Tag == "receipt" && node["type"] == "inactive");
    }

    [Fact]
    public async Task A_quote_names_the_message_its_writer_and_its_text_and_mentions_name_people()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2", 3));
        var text = new OutgoingText("@990002 yes")
        {
            Quote = new QuotedMessage("M1", member.Lid, "may I?"),
            Mentions = [member.Lid],
        };

        await bot.Messaging.SendTextAsync(new ChatHandle(member.Lid.Bare), text, "B1", CancellationToken.None);
        await service.DeliverAsync();

        var heard = Assert.Single(await member.EventsAsync<MessageReceived>());
        Assert.Equal(("@990002 yes", "M1"), (heard.Text, heard.QuotedId));
        var context = (await PlaintextAsync(bot, "B1")).ExtendedTextMessage.ContextInfo;
        Assert.Equal((member.Lid.Bare.ToString(), "may I?"), (context.Participant, context.QuotedMessage.Conversation));
        Assert.Equal(member.Lid.Bare.ToString(), Assert.Single(context.MentionedJid));
    }

    [Fact]
    public async Task Any_text_of_64_kB_and_any_script_arrives_as_it_was_written_in_both_directions()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.Groups[Group] = new TestGroup(Group, true).With(bot, member);
        string[] texts =
        [
            new('x', 65_536),
            string.Concat(Enumerable.Repeat("\U0001F468\u200D\U0001F469\u200D\U0001F467", 8000)), // families, joined
            "\0\u0001\u001F\u007F line\r\nend\t\"quote\" \\ </script>",
            "\u202Ertl override\u202C \u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627",
            "Z\u0361\u035Aa\u0334\u0321lgo \uFEFF\u200B\u2060 \uFFFD \uFFFE \U0010FFFF",
            "e\u0301 is not \u00E9",
        ];

        for (var i = 0; i < texts.Length; i++)
        {
            await member.SayAsync(bot.Phone.Bare, texts[i], $"M{i}");
            await member.SayAsync(Group, texts[i], $"MG{i}");
            await bot.SayAsync(member.Lid.Bare, texts[i], $"B{i}");
            await bot.SayAsync(Group, texts[i], $"BG{i}");
        }

        await service.DeliverAsync();

        Assert.Equal(texts, (await bot.EventsAsync<MessageReceived>()).Where(item => !item.IsGroup).Select(item => item.Text));
        Assert.Equal(texts, (await bot.EventsAsync<MessageReceived>()).Where(item => item.IsGroup).Select(item => item.Text));
        Assert.Equal(texts, (await member.EventsAsync<MessageReceived>()).Where(item => !item.IsGroup).Select(item => item.Text));
        Assert.Equal(texts, (await member.EventsAsync<MessageReceived>()).Where(item => item.IsGroup).Select(item => item.Text));
    }

    [Fact]
    public async Task Half_a_character_is_replaced_and_stops_nothing()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));

        await member.SayAsync(bot.Phone.Bare, "a\uD83Db", "M1");
        await service.DeliverAsync();

        Assert.Equal("a\uFFFDb", Assert.Single(await bot.EventsAsync<MessageReceived>()).Text);
    }

    [Fact]
    public async Task A_name_is_never_cut_in_the_middle_of_a_character()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.Carry = (_, stanza) =>
        {
            stanza.Attributes["notify"] = "x" + string.Concat(Enumerable.Repeat("\U0001F600", 200));
            return stanza;
        };

        await member.SayAsync(bot.Phone.Bare, "!claim", "M1");
        await service.DeliverAsync();

        Assert.Equal("x" + string.Concat(Enumerable.Repeat("\U0001F600", 49)), Assert.Single(await bot.EventsAsync<MessageReceived>()).PushName);
    }

    [Fact]
    public async Task A_text_over_the_service_s_limit_or_without_a_character_is_refused_before_anything_is_done()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => bot.SayAsync(member.Lid.Bare, new string('x', 65_537), "B1"));
        await Assert.ThrowsAsync<ArgumentException>(() => bot.SayAsync(member.Lid.Bare, "", "B2"));

        Assert.Empty(bot.Written);
    }

    private static async Task<Message> PlaintextAsync(TestDevice device, string id) =>
        Message.Parser.ParseFrom(await device.Database.RunAsync("test", store => store.Outbound.Find(id)!.Plaintext));
}
