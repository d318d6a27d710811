using WhatsApp.Binary;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Identity;

public sealed class LidMigrationTests
{
    [Fact]
    public async Task A_session_made_under_the_number_goes_on_under_the_lid()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.Carry = (to, stanza) => to == bot ? From(stanza, member.Phone, null) : stanza;
        await member.SayAsync(bot.Phone.Bare, "by number", "M1");
        await service.DeliverAsync();
        Assert.Empty(await bot.EventsAsync<IdentityLearned>());
        Assert.Equal(member.Phone.Bare, Assert.Single(await bot.EventsAsync<MessageReceived>()).Sender);

        service.Carry = (to, stanza) => to == bot ? From(stanza, member.Lid, member.Phone.Bare) : stanza;
        await member.SayAsync(bot.Phone.Bare, "by lid", "M2");
        await service.DeliverAsync();
        await bot.IdleAsync();

        var heard = await bot.EventsAsync<MessageReceived>();
        Assert.Equal(["by number", "by lid"], heard.Select(item => item.Text));
        Assert.Equal((member.Lid.Bare, member.Phone.Bare), (heard[1].Sender, heard[1].SenderPhone!.Value));
        var learned = Assert.Single(await bot.EventsAsync<IdentityLearned>());
        Assert.Equal((member.Phone.Bare, member.Lid.Bare), (learned.Phone, learned.Lid));
        Assert.DoesNotContain(bot.Written, node => node["type"] == "retry");
        Assert.NotNull(await bot.Messaging.FindChatAsync(member.Phone.Bare, CancellationToken.None));
        Assert.Equal(member.Lid.Bare, (await bot.Messaging.FindChatAsync(member.Phone.Bare, CancellationToken.None))!.Chat);
    }

    [Fact]
    public async Task A_stanza_cannot_give_a_known_number_to_another_lid()
    {
        await using var service = new TestService();
        var (bot, member, liar) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        await bot.SayAsync(member.Phone.Bare, "Hello", "B1");
        service.Carry = (to, stanza) => to == bot ? From(stanza, liar.Lid, member.Phone.Bare) : stanza;
        var asked = service.UsyncQueries;

        await liar.SayAsync(bot.Phone.Bare, "I am somebody else", "M1");
        await service.DeliverAsync();
        await bot.IdleAsync();

        Assert.Equal(member.Lid.Bare, await bot.Database.RunAsync("test", store => store.Lids.LidOf(member.Phone)));
        Assert.Equal(liar.Lid.Bare, Assert.Single(await bot.EventsAsync<MessageReceived>()).Sender);
        Assert.True(service.UsyncQueries > asked);
        var conflict = Assert.Single(await bot.EventsAsync<IdentityConflict>());
        Assert.Equal((member.Phone.Bare, liar.Lid.Bare, member.Lid.Bare, false), (conflict.Phone, conflict.Lid, conflict.KnownLid!.Value, conflict.IsSettled));
    }

    [Fact]
    public async Task A_device_set_up_anew_is_given_a_new_session()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(member.Phone.Bare, "before", "B1");
        var bundles = service.BundleQueries;

        await bot.ReceiveAsync(new Node("notification", new() { ["type"] = "encrypt", ["from"] = member.Lid.Bare, ["id"] = "N1", ["t"] = 1 }, new Node("identity")));
        await bot.SayAsync(member.Phone.Bare, "after", "B2");
        await service.DeliverAsync();

        Assert.Equal(bundles + 1, service.BundleQueries);
        Assert.Equal(["before", "after"], (await member.EventsAsync<MessageReceived>()).Select(item => item.Text));
    }

    private static Node From(Node stanza, Jid sender, Jid? phone)
    {
        stanza.Attributes["from"] = sender;
        stanza.Attributes["sender_pn"] = phone;
        return stanza;
    }
}
