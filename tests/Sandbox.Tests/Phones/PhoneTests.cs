using Sandbox.Phones;
using Sandbox.Service;
using Sandbox.Tests.Service;

namespace Sandbox.Tests.Phones;

public class PhoneTests
{
    [Fact]
    public async Task Text_to_a_person_is_shown_once_on_both_phones()
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);

        var id = await ani.SendTextAsync(budi.Jid, "halo");

        var shown = Assert.Single(await test.MessagesAsync(budi));
        Assert.Equal((id, "halo", "ani", false), (shown.Id, shown.Text, shown.From, shown.FromMe));
        Assert.Equal(ani.Lid, shown.Chat);
        Assert.True(Assert.Single(await test.MessagesAsync(ani)).FromMe);
    }

    [Fact]
    public async Task Conversation_goes_on_in_both_directions()
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);

        for (var i = 0; i < 3; i++)
        {
            await ani.SendTextAsync(budi.Lid, $"a{i}");
            await budi.SendTextAsync(ani.Jid, $"b{i}");
        }

        Assert.Equal(["a0", "b0", "a1", "b1", "a2", "b2"], (await test.MessagesAsync(budi)).Select(item => item.Text));
        Assert.Equal(0, (await budi.ViewAsync()).Undecryptable);
    }

    [Theory]
    [InlineData(GroupAddressing.Lid)]
    [InlineData(GroupAddressing.Phone)]
    internal async Task Group_text_reaches_every_member(GroupAddressing addressing)
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);
        var citra = await test.World.AddAccountAsync("citra", "Citra", phoneHidden: true);
        var group = await test.World.CreateGroupAsync("Kelompok", addressing, ani, budi, citra);

        await ani.SendTextAsync(group, "satu");
        await citra.SendTextAsync(group, "dua");
        await ani.SendTextAsync(group, "tiga");

        Assert.Equal(["satu", "dua", "tiga"], (await test.MessagesAsync(budi)).Select(item => item.Text));
        Assert.Equal(["ani", "citra", "ani"], (await test.MessagesAsync(citra)).Select(item => item.From));
    }

    [Fact]
    public async Task Who_left_gets_nothing_more_and_who_comes_back_reads_again()
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);
        var group = await test.World.CreateGroupAsync("Kelompok", GroupAddressing.Lid, ani, budi);
        await ani.SendTextAsync(group, "one");

        await budi.LeaveAsync(group);
        await ani.SendTextAsync(group, "two");
        await budi.JoinAsync(group);
        await ani.SendTextAsync(group, "three");

        Assert.Equal(["one", "three"], (await test.MessagesAsync(budi)).Select(item => item.Text));
        Assert.Equal(0, (await budi.ViewAsync()).Undecryptable);
    }

    [Fact]
    public async Task Messages_sent_to_a_phone_that_is_off_wait_for_it()
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);
        await budi.SetOnlineAsync(false);

        await ani.SendTextAsync(budi.Jid, "later");

        Assert.Empty(await test.MessagesAsync(budi));
        await budi.SetOnlineAsync(true);
        Assert.Equal("later", Assert.Single(await test.MessagesAsync(budi)).Text);
    }

    [Fact]
    public async Task World_opened_again_still_has_accounts_groups_chats_queues_and_sessions()
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);
        var group = await test.World.CreateGroupAsync("Kelompok", GroupAddressing.Lid, ani, budi);
        await ani.SendTextAsync(group, "before");
        await budi.SendTextAsync(ani.Jid, "hi");
        await test.World.SettleAsync();
        await budi.SetOnlineAsync(false);
        await ani.SendTextAsync(group, "while away");
        var root = test.World.TrustRoot;

        await test.ReopenAsync();
        (ani, budi) = (test.World.PhoneOf("ani"), test.World.PhoneOf("budi"));
        await ani.SendTextAsync(group, "after");
        await ani.SendTextAsync(budi.Jid, "direct");

        Assert.Equal(["before", "hi", "while away", "after", "direct"], (await test.MessagesAsync(budi)).Select(item => item.Text));
        Assert.Equal((0, 0), ((await budi.ViewAsync()).Undecryptable, (await budi.ViewAsync()).Duplicates));
        Assert.Equal(root, test.World.TrustRoot);
    }

    [Fact]
    public async Task Damaged_message_is_asked_for_again_and_then_shown()
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);
        await test.World.PlayAsync(new ServiceFault.Corrupt { Account = "budi" });

        await ani.SendTextAsync(budi.Jid, "again please");

        Assert.Equal("again please", Assert.Single(await test.MessagesAsync(budi)).Text);
        Assert.Equal(1, (await budi.ViewAsync()).Undecryptable);
    }

    [Fact]
    public async Task Damaged_group_message_is_asked_for_again_and_then_shown()
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);
        var group = await test.World.CreateGroupAsync("Kelompok", GroupAddressing.Phone, ani, budi);
        await ani.SendTextAsync(group, "fine");
        await test.World.PlayAsync(new ServiceFault.Corrupt { Account = "budi" });

        await ani.SendTextAsync(group, "damaged");

        Assert.Equal(["fine", "damaged"], (await test.MessagesAsync(budi)).Select(item => item.Text));
    }

    [Fact]
    public async Task Phone_that_forgot_its_sessions_heals_by_retry()
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);
        await ani.SendTextAsync(budi.Jid, "one");
        await budi.SendTextAsync(ani.Jid, "two");
        await test.World.SettleAsync();

        await budi.ForgetSessionsAsync();
        await ani.SendTextAsync(budi.Jid, "three");

        Assert.Equal(["one", "two", "three"], (await test.MessagesAsync(budi)).Select(item => item.Text));
    }

    [Fact]
    public async Task Message_delivered_twice_is_shown_once_and_counted()
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);
        await test.World.PlayAsync(new ServiceFault.Duplicate { Account = "budi" });

        await ani.SendTextAsync(budi.Jid, "once");

        Assert.Single(await test.MessagesAsync(budi));
        Assert.Equal((1, 0), ((await budi.ViewAsync()).Duplicates, (await budi.ViewAsync()).Undecryptable));
    }

    [Fact]
    public async Task Edit_and_revoke_change_what_the_other_phone_shows()
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);
        var first = await ani.SendTextAsync(budi.Jid, "teh");
        var second = await ani.SendTextAsync(budi.Jid, "secret");

        await ani.EditAsync(budi.Jid, first, "the");
        await ani.RevokeAsync(budi.Jid, second);

        var shown = await test.MessagesAsync(budi);
        Assert.Equal([("the", true, false), ("", false, true)], shown.Select(item => (item.Text, item.Edited, item.Revoked)));
    }

    [Fact]
    public async Task Member_who_is_no_admin_cannot_kick()
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, budi) = await TwoAsync(test);
        var group = await test.World.CreateGroupAsync("Kelompok", GroupAddressing.Lid, ani, budi);

        await Assert.ThrowsAsync<InvalidOperationException>(() => budi.KickAsync(group, ani));

        await ani.KickAsync(group, budi);
        Assert.Single(Assert.Single(await test.World.GroupsAsync()).Members);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a code")]
    [InlineData("a,b,c,d")]
    [InlineData("https://wa.me/settings/linked_devices#1,2,3,4,1")]
    public async Task Text_that_is_no_pairing_code_is_refused(string text)
    {
        await using var test = await TestWorld.OpenAsync();
        var (ani, _) = await TwoAsync(test);

        Assert.Equal(ScanOutcome.NotAQr, await ani.ScanAsync(text, TestWorld.Ct));
    }

    private static async Task<(Phone Ani, Phone Budi)> TwoAsync(TestWorld test) =>
        (await test.World.AddAccountAsync("ani", "Ani"), await test.World.AddAccountAsync("budi", "Budi"));
}
