using WhatsApp.Binary;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Groups;

public sealed class GroupNotificationTests
{
    private static readonly Jid Group = Jid.Parse("1203630001@g.us");

    [Theory]
    [InlineData("remove", true, MembersChange.Left, false)]
    [InlineData("remove", false, MembersChange.Left, true)]
    [InlineData("add", true, MembersChange.Joined, false)]
    [InlineData("add", false, MembersChange.Joined, true)]
    public async Task Leaving_and_being_removed_joining_and_being_added_are_told_apart(string child, bool bySelf, MembersChange change, bool byActor)
    {
        foreach (var lidMode in new[] { true, false })
        {
            await using var service = new TestService();
            var (bot, admin, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
            var group = service.Groups[Group] = new TestGroup(Group, lidMode).With(bot, admin);

            await bot.ReceiveAsync(group.Change(child, "N1", bySelf ? member : admin, member));

            var told = Assert.Single(await bot.EventsAsync<GroupMembersChanged>());
            Assert.Equal((change, byActor), (told.Change, told.ByActor));
            var who = Assert.Single(told.Members);
            Assert.Equal((member.Phone.Bare, member.Lid.Bare), (who.Phone, who.Lid));
            Assert.Equal((bySelf ? member : admin).Phone.Bare, told.Actor!.Phone);
        }
    }

    [Fact]
    public async Task The_same_person_under_two_names_left_by_themselves()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.ReceiveAsync(Notification("N1", member.Lid.Bare, member.Phone.Bare, new Node(
            "remove", null, new Node("participant", new() { ["jid"] = member.Phone.Bare }))));

        Assert.False(Assert.Single(await bot.EventsAsync<GroupMembersChanged>()).ByActor);
    }

    [Fact]
    public async Task Several_removed_at_once_or_without_an_author_were_removed_by_somebody()
    {
        await using var service = new TestService();
        var (bot, one, two) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        var group = service.Groups[Group] = new TestGroup(Group, true).With(bot, one, two);

        await bot.ReceiveAsync(group.Change("remove", "N1", one, one, two));
        await bot.ReceiveAsync(group.Change("remove", "N2", null, two));

        Assert.All(await bot.EventsAsync<GroupMembersChanged>(), told => Assert.True(told.ByActor));
    }

    [Fact]
    public async Task Every_change_in_one_notification_is_told_and_a_repeated_one_only_once()
    {
        await using var service = new TestService();
        var (bot, one, two) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        var stanza = Notification(
            "N1",
            one.Lid.Bare,
            one.Phone.Bare,
            new Node("promote", null, new Node("participant", new() { ["jid"] = two.Lid.Bare })),
            new Node("subject", new() { ["subject"] = "New" }),
            new Node("remove", null, new Node("participant", new() { ["jid"] = two.Lid.Bare })));

        await bot.ReceiveAsync(stanza);
        await bot.ReceiveAsync(stanza);

        Assert.Equal([MembersChange.Promoted, MembersChange.Left], (await bot.EventsAsync<GroupMembersChanged>()).Select(told => told.Change));
        Assert.Equal(GroupChange.InfoChanged, Assert.Single(await bot.EventsAsync<GroupChanged>()).Change);
        Assert.Equal(2, bot.Written.Count(node => node.Tag == "ack" && node["class"] == "notification"));
    }

    [Fact]
    public async Task A_gap_in_the_versions_makes_the_roster_stale_until_it_is_read_again()
    {
        await using var service = new TestService();
        var (bot, one, two) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        var group = service.Groups[Group] = new TestGroup(Group, true).With(bot, one);
        await bot.Messaging.GetGroupAsync(Group, CancellationToken.None);
        group.With(two);
        _ = group.Change("add", "lost", one, two);

        await bot.ReceiveAsync(group.Change("promote", "N2", one, one));

        Assert.Equal(GroupChange.Stale, Assert.Single(await bot.EventsAsync<GroupChanged>()).Change);
        Assert.Equal(3, (await bot.Messaging.GetGroupAsync(Group, CancellationToken.None)).Members.Count);
    }

    [Fact]
    public async Task Changes_in_sequence_keep_the_roster_up_to_date_without_asking()
    {
        await using var service = new TestService();
        var (bot, one, two) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        var group = service.Groups[Group] = new TestGroup(Group, true).With(bot, one);
        await bot.Messaging.GetGroupAsync(Group, CancellationToken.None);

        await bot.ReceiveAsync(group.Change("add", "N1", one, two));
        await bot.ReceiveAsync(group.Change("remove", "N2", one, one));
        service.Groups[Group].With(two);
        await bot.SayAsync(Group, "Welcome", "B1");
        await service.DeliverAsync();

        Assert.Empty(await bot.EventsAsync<GroupChanged>());
        Assert.Equal("Welcome", Assert.Single(await two.EventsAsync<MessageReceived>()).Text);
        Assert.Single(bot.Written.Single(node => node.Tag == "message").Child("participants")!.Children);
    }

    [Fact]
    public async Task Being_removed_ourselves_ends_the_chat()
    {
        await using var service = new TestService();
        var (bot, admin) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        var group = service.Groups[Group] = new TestGroup(Group, true).With(bot, admin);
        await bot.Messaging.GetGroupAsync(Group, CancellationToken.None);
        group.Members.RemoveAll(member => member.Phone == bot.Phone.Bare);

        await bot.ReceiveAsync(group.Change("remove", "N1", admin, bot));

        Assert.Equal(GroupChange.Removed, Assert.Single(await bot.EventsAsync<GroupChanged>()).Change);
        Assert.Null(await bot.Messaging.FindChatAsync(Group, CancellationToken.None));
        var refused = await Assert.ThrowsAsync<GroupUnavailableException>(() => bot.Messaging.GetGroupAsync(Group, CancellationToken.None));
        Assert.Equal(GroupUnavailableReason.NotMember, refused.Reason);
    }

    [Fact]
    public async Task The_roster_names_members_both_ways_and_knows_our_own_place()
    {
        foreach (var lidMode in new[] { true, false })
        {
            await using var service = new TestService();
            var (bot, one) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
            service.Groups[Group] = new TestGroup(Group, lidMode).With(bot, one);

            var roster = Assert.Single(await bot.Messaging.GetGroupsAsync(CancellationToken.None));

            Assert.Equal((true, false, lidMode), (roster.WeAreMember, roster.WeAreAdmin, roster.LidAddressing));
            Assert.All(roster.Members, member => Assert.True(member.Phone is not null && member.Lid is not null));
            Assert.Contains(await bot.EventsAsync<IdentityLearned>(), learned => (learned.Phone, learned.Lid) == (one.Phone.Bare, one.Lid.Bare));
        }
    }

    private static Node Notification(string id, Jid author, Jid authorPhone, params Node[] children) => new(
        "notification",
        new() { ["type"] = "w:gp2", ["from"] = Group, ["id"] = id, ["t"] = 1_772_366_400, ["participant"] = author, ["participant_pn"] = authorPhone },
        children);
}
