using WhatsApp.Binary;
using WhatsApp.Store;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages.Sending;

public sealed class WireAddressTests
{
    [Fact]
    public async Task An_account_that_has_not_moved_writes_by_number_until_the_service_takes_a_LID()
    {
        await using var service = new TestService();
        var (bot, member, hidden) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        await bot.Database.RunAsync("test", store => store.Device.SaveLidMigrated(false));
        service.Carry = (_, stanza) =>
        {
            stanza.Attributes["sender_pn"] = stanza.JidOf("from")!.Value.IsLid ? bot.Phone.Bare : default(Jid?);
            return stanza;
        };
        service.Usync = (asked, answer) => asked.Bare == hidden.Lid.Bare ? WithoutNumber(answer!) : answer;

        await bot.SayAsync(member.Phone.Bare, "one", "B1");
        await bot.SayAsync(hidden.Lid.Bare, "two", "B2"); // no number known: the LID is all there is
        await bot.SayAsync(member.Phone.Bare, "three", "B3");
        await service.DeliverAsync();

        Assert.Equal([JidServers.Phone, JidServers.Lid, JidServers.Lid], Servers(bot));
        Assert.Equal(["one", "three"], (await member.EventsAsync<MessageReceived>()).Select(item => item.Text));
        Assert.Single(await bot.Database.RunAsync("test", store => store.Sessions.DevicesOf(store.Lids.PeerOf(member.Lid)))); // under one name all the while
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("whatsapp.number-preferred.before")]
    [InlineData("whatsapp.number-preferred.after")]
    public async Task Whose_LID_was_refused_is_written_to_by_number_for_a_day_and_nobody_else_is(string killed)
    {
        await using var service = new TestService();
        var (bot, member, other) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        service.AnswerMessage = (stanza, ack) =>
        {
            ack.Attributes["error"] = stanza.JidOf("to")!.Value.Bare == member.Lid.Bare ? "400" : null;
            return ack;
        };
        bot.Probe = name =>
        {
            if (name == killed)
            {
                throw new InvalidOperationException("killed");
            }
        };
        await Record.ExceptionAsync(() => bot.SayAsync(member.Phone.Bare, "one", "B1"));
        bot.Probe = null;
        await bot.RestartAsync();
        await bot.LogInAsync();
        await bot.SayAsync(member.Phone.Bare, "one", "B1"); // taken: nothing is sent
        var before = Servers(bot).Count;

        await bot.SayAsync(member.Phone.Bare, "two", "B2");
        await bot.SayAsync(other.Phone.Bare, "hi", "B3");
        service.AnswerMessage = (_, ack) => ack;
        service.Time.Advance(TimeSpan.FromHours(25));
        await bot.SayAsync(member.Phone.Bare, "three", "B4");

        var forgotten = killed.EndsWith("before", StringComparison.Ordinal);
        Assert.Equal([.. forgotten ? (string[])[JidServers.Lid] : [], JidServers.Phone, JidServers.Lid, JidServers.Lid], Servers(bot).Skip(before));
    }

    [Theory]
    [InlineData("whatsapp.missed-answered.before", 0)]
    [InlineData("whatsapp.missed-answered.after", 0)]
    [InlineData("nowhere", 1)]
    public async Task A_resend_to_devices_left_out_that_is_cut_off_leaves_the_message_and_the_list_right(string killed, int resent)
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(member.Phone.Bare, "one", "B1");
        await service.DeliverAsync();
        var desktop = await service.AddAsync("2", 5);
        service.AnswerMessage = (_, ack) =>
        {
            ack.Attributes["phash"] = "2:AAAAAAAA";
            return ack;
        };
        bot.Probe = name =>
        {
            if (name == killed)
            {
                throw new InvalidOperationException("killed");
            }
        };
        await bot.SayAsync(member.Phone.Bare, "two", "B2");
        await bot.IdleAsync();
        bot.Probe = null;
        await bot.RestartAsync();
        await bot.LogInAsync();
        service.AnswerMessage = (_, ack) => ack;
        await bot.SayAsync(member.Phone.Bare, "three", "B3");
        await service.DeliverAsync();

        Assert.Equal(["one", "two", "three"], (await member.EventsAsync<MessageReceived>()).Select(item => item.Text));
        Assert.Equal(resent == 1 ? ["two", "three"] : ["three"], (await desktop.EventsAsync<MessageReceived>()).Select(item => item.Text));
        Assert.DoesNotContain(desktop.Written, node => node["type"] == "retry"); // no ratchet step was lost
    }

    private static Node WithoutNumber(Node user)
    {
        user.Attributes["pn_jid"] = default(Jid?);
        return user;
    }

    private static List<string> Servers(TestDevice device) => [.. device.Written.Where(node => node.Tag == "message").Select(node => node.JidOf("to")!.Value.Server)];
}
