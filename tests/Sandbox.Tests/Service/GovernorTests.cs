using Sandbox.Service;
using WhatsApp;

namespace Sandbox.Tests.Service;

/// <summary>Our client against a service that holds it to the rules of writing, over a real socket.</summary>
public class GovernorTests
{
    [Fact]
    public async Task Where_tokens_are_demanded_a_member_s_own_opens_the_chat_and_without_one_it_closes()
    {
        await using var test = await TestWorld.OpenAsync();
        await using var bot = await PairedAsync(test, mayWriteFirst: false);
        var ani = await test.World.AddAccountAsync("ani", "Ani");
        await ani.SendTextAsync(test.World.PhoneOf("bot").Lid, "before");
        var chat = (await bot.EventAsync<MessageReceived>(item => item.Text == "before")).Chat;
        await test.World.PlayAsync(new ServiceFault.DemandTokens { Account = "bot" });

        var refused = await Assert.ThrowsAsync<ServerRefusedException>(() => bot.Client.SendTextAsync(chat, new OutgoingText("no token"), bot.Client.NewMessageId(), TestWorld.Ct));
        var closed = await bot.Client.CanWriteAsync(chat, TestWorld.Ct);
        await ani.SendTextAsync(test.World.PhoneOf("bot").Lid, "with a token"); // her phone gives one along
        await bot.EventAsync<MessageReceived>(item => item.Text == "with a token");
        await bot.Client.SendTextAsync(chat, new OutgoingText("answer"), bot.Client.NewMessageId(), TestWorld.Ct);

        Assert.Equal((463, WriteObstacle.NoPermission), (refused.Code, closed.Obstacle));
        Assert.Equal(["before", "with a token", "answer"], (await test.MessagesAsync(ani)).Select(message => message.Text));
    }

    [Fact]
    public async Task A_time_lock_is_told_stands_for_strangers_and_is_lifted()
    {
        await using var test = await TestWorld.OpenAsync();
        await using var bot = await PairedAsync(test);
        var ani = await test.World.AddAccountAsync("ani", "Ani");
        await ani.SendTextAsync(test.World.PhoneOf("bot").Lid, "!claim");
        var known = (await bot.EventAsync<MessageReceived>(item => item.Text == "!claim")).Chat;
        var stranger = new ChatHandle(Jid.Parse("628000999999@s.whatsapp.net"));

        await test.World.PlayAsync(new ServiceFault.Timelock(TimeSpan.FromHours(6)) { Account = "bot" });
        var told = await bot.EventAsync<AccountRestrictionChanged>(item => item.IsActive);

        Assert.Equal(WriteObstacle.Timelock, told.Obstacle);
        Assert.Equal(new ChatAccess(WriteObstacle.Timelock, told.Until), await bot.Client.CanWriteAsync(stranger, TestWorld.Ct));
        await bot.Client.SendTextAsync(known, new OutgoingText("still answered"), bot.Client.NewMessageId(), TestWorld.Ct);

        await test.World.PlayAsync(new ServiceFault.Timelock(TimeSpan.Zero) { Account = "bot" });
        await bot.EventAsync<AccountRestrictionChanged>(item => !item.IsActive);
        Assert.True((await bot.Client.CanWriteAsync(stranger, TestWorld.Ct)).IsAllowed);
    }

    [Fact]
    public async Task History_offered_as_a_file_is_fetched_and_its_salt_makes_tokens_the_service_takes()
    {
        await using var test = await TestWorld.OpenAsync();
        await using var bot = await PairedAsync(test, mayWriteFirst: false);
        var ani = await test.World.AddAccountAsync("ani", "Ani");
        await ani.SendTextAsync(test.World.PhoneOf("bot").Lid, "hello");
        var chat = (await bot.EventAsync<MessageReceived>(item => item.Text == "hello")).Chat;
        var budi = await test.World.AddAccountAsync("budi", "Budi");

        await test.World.PhoneOf("bot").OfferHistoryAsync();
        var learned = await bot.EventAsync<IdentityLearned>(item => item.Phone == budi.Jid); // he never wrote: only the file tells
        await test.World.PlayAsync(new ServiceFault.DemandTokens { Account = "bot" });
        await bot.Client.SendTextAsync(chat, new OutgoingText("made from the salt"), bot.Client.NewMessageId(), TestWorld.Ct);

        Assert.Equal(budi.Lid, learned.Lid);
        Assert.Equal("made from the salt", (await test.MessagesAsync(ani))[^1].Text);
    }

    [Fact]
    public async Task Groups_told_to_be_out_of_date_are_read_again_and_a_lost_change_comes_out()
    {
        await using var test = await TestWorld.OpenAsync();
        await using var bot = await PairedAsync(test);
        var ani = await test.World.AddAccountAsync("ani", "Ani");
        var budi = await test.World.AddAccountAsync("budi", "Budi");
        var group = await test.World.CreateGroupAsync("Group", GroupAddressing.Lid, ani, test.World.PhoneOf("bot"), budi);
        await bot.EventAsync<GroupChanged>(item => item.Group == group);
        await bot.Client.GetGroupAsync(group, TestWorld.Ct);
        await test.World.PlayAsync(new ServiceFault.LoseNotice { Account = "bot" });
        await budi.LeaveAsync(group);

        await test.World.PlayAsync(new ServiceFault.Dirty { Account = "bot" });
        var stale = await bot.EventAsync<GroupChanged>(item => item.Change == GroupChange.Stale);

        Assert.Equal(group, stale.Group);
        Assert.Equal(2, (await bot.Client.GetGroupAsync(group, TestWorld.Ct)).Members.Count);
    }

    private static async Task<LoopbackClient> PairedAsync(TestWorld test, bool mayWriteFirst = true)
    {
        await test.World.StartServiceAsync(TestWorld.Ct);
        var phone = await test.World.AddAccountAsync("bot", "Bot", mayWriteFirst: mayWriteFirst);
        var client = await LoopbackClient.StartAsync(test);
        var status = await client.UntilAsync(status => status.PairingQr is not null);
        Assert.Equal(Sandbox.Phones.ScanOutcome.Linked, await phone.ScanAsync(status.PairingQr!, TestWorld.Ct));
        await client.UntilAsync(status => status is { Phase: SessionPhase.LoggedIn, OfflineQueueDrained: true });
        return client;
    }
}
