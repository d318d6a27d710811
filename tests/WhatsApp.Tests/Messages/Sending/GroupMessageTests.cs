using WhatsApp.Binary;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages.Sending;

public sealed class GroupMessageTests
{
    private static readonly Jid Group = Jid.Parse("1203630001@g.us");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_group_reads_one_ciphertext_and_each_device_gets_our_key_once(bool lidMode)
    {
        await using var service = new TestService();
        var (bot, one, two) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        service.Groups[Group] = new TestGroup(Group, lidMode).With(bot, one, two);

        await bot.SayAsync(Group, "first", "B1");
        await bot.SayAsync(Group, "second", "B2");
        await service.DeliverAsync();

        var written = bot.Written.Where(node => node.Tag == "message").ToList();
        Assert.Equal([2, 0], written.Select(node => node.Child("participants")?.Children.Count ?? 0));
        Assert.All(written, node => Assert.Equal((lidMode ? "lid" : "pn", "skmsg"), (node["addressing_mode"], node.Child("enc")!["type"])));
        Assert.All(written[0].Child("participants")!.Children, to => Assert.Equal(lidMode, to.JidOf("jid")!.Value.IsLid));
        foreach (var member in new[] { one, two })
        {
            var heard = await member.EventsAsync<MessageReceived>();
            Assert.Equal(["first", "second"], heard.Select(item => item.Text));
            Assert.All(heard, item => Assert.Equal((true, Group, bot.Phone.Bare), (item.IsGroup, item.Chat.Chat, item.SenderPhone!.Value)));
            Assert.All(heard, item => Assert.Equal(lidMode ? bot.Lid.Bare : bot.Phone.Bare, item.Sender));
        }
    }

    [Fact]
    public async Task Members_can_talk_among_each_other()
    {
        await using var service = new TestService();
        var (bot, one, two) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        service.Groups[Group] = new TestGroup(Group, true).With(bot, one, two);

        await one.SayAsync(Group, "!claim", "M1");
        await service.DeliverAsync();
        await two.SayAsync(Group, "me too", "M2");
        await service.DeliverAsync();

        Assert.Equal(["!claim", "me too"], (await bot.EventsAsync<MessageReceived>()).Select(item => item.Text));
    }

    [Fact]
    public async Task A_key_that_was_not_acked_goes_out_again()
    {
        await using var service = new TestService();
        var (bot, one) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.Groups[Group] = new TestGroup(Group, true).With(bot, one);
        service.AnswerMessage = (_, ack) =>
        {
            ack.Attributes["error"] = 500;
            return ack;
        };
        service.Carry = (_, _) => null;
        await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(Group, "lost", "B1"));
        service.AnswerMessage = (_, ack) => ack;
        service.Carry = (_, stanza) => stanza;

        await bot.SayAsync(Group, "heard", "B2");
        await service.DeliverAsync();

        Assert.Equal("heard", Assert.Single(await one.EventsAsync<MessageReceived>()).Text);
    }

    [Fact]
    public async Task Who_was_removed_cannot_read_the_next_message()
    {
        await using var service = new TestService();
        var (bot, stays, goes) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        var group = service.Groups[Group] = new TestGroup(Group, true).With(bot, stays, goes);
        await bot.SayAsync(Group, "for all", "B1");
        await service.DeliverAsync();

        group.Members.RemoveAll(member => member.Phone == goes.Phone.Bare);
        await bot.ReceiveAsync(group.Change("remove", "N1", stays, goes));
        service.Groups[Group].With(goes); // the service still hands it over: only the key keeps it secret
        await bot.SayAsync(Group, "secret", "B2");
        await service.DeliverAsync();

        Assert.Equal(["for all", "secret"], (await stays.EventsAsync<MessageReceived>()).Select(item => item.Text));
        Assert.Equal("for all", Assert.Single(await goes.EventsAsync<MessageReceived>()).Text);
        Assert.Contains(goes.Written, node => node["type"] == "retry");
    }

    [Fact]
    public async Task A_group_that_changed_its_addressing_is_read_anew_and_the_message_sent_once_more()
    {
        await using var service = new TestService();
        var (bot, one) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.Groups[Group] = new TestGroup(Group, false).With(bot, one);
        await bot.SayAsync(Group, "by number", "B1");
        service.Groups[Group] = new TestGroup(Group, true).With(bot, one);
        service.AnswerMessage = (stanza, ack) =>
        {
            ack.Attributes["error"] = stanza["addressing_mode"] == "pn" ? "421" : null;
            return ack;
        };

        service.Carry = (_, stanza) => stanza["id"] == "B2" && stanza.Child("enc")!["type"] == "skmsg" ? null : stanza; // the refused one brings no key along

        await bot.SayAsync(Group, "by lid", "B2");
        await service.DeliverAsync();

        Assert.Equal("by lid", (await one.EventsAsync<MessageReceived>())[^1].Text);
        Assert.Equal("lid", bot.Written.Last(node => node.Tag == "message")["addressing_mode"]);
    }
}
