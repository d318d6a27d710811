using WhatsApp.Binary;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Groups;

public sealed class GroupListTests
{
    private static readonly Jid Group = Jid.Parse("1203630001@g.us");
    private static readonly Jid Other = Jid.Parse("1203630002@g.us");

    [Fact]
    public async Task A_group_without_the_bot_is_told_as_unavailable_and_cannot_be_written_to()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.Groups[Group] = new TestGroup(Group, true).With(member);

        var refused = await Assert.ThrowsAsync<GroupUnavailableException>(() => bot.Messaging.GetGroupAsync(Group, CancellationToken.None));
        var unknown = await Assert.ThrowsAsync<GroupUnavailableException>(() => bot.Messaging.GetGroupAsync(Other, CancellationToken.None));

        Assert.Equal((GroupUnavailableReason.NotMember, GroupUnavailableReason.NotFound), (refused.Reason, unknown.Reason));
        Assert.Null(await bot.Messaging.FindChatAsync(Group, CancellationToken.None));
        await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(Group, "hello?", "B1"));
        Assert.DoesNotContain(bot.Written, node => node.Tag == "message");
    }

    [Fact]
    public async Task An_empty_roster_is_no_membership()
    {
        await using var service = new TestService();
        var bot = await service.AddAsync("1", 1);
        var group = service.Groups[Group] = new TestGroup(Group, true).With(bot);
        await bot.Messaging.GetGroupAsync(Group, CancellationToken.None);
        service.AnswerGroup = node => new Node("group", node.Attributes);

        var roster = await bot.Messaging.GetGroupAsync(Group, CancellationToken.None);

        Assert.Empty(roster.Members);
        Assert.Equal((false, false), (roster.WeAreMember, roster.WeAreAdmin));
        Assert.Null(await bot.Messaging.FindChatAsync(Group, CancellationToken.None));
        GC.KeepAlive(group);
    }

    [Fact]
    public async Task A_group_that_is_missing_in_the_list_is_forgotten_with_its_key()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.Groups[Group] = new TestGroup(Group, true).With(bot, member);
        service.Groups[Other] = new TestGroup(Other, true).With(bot, member);
        Assert.Equal(2, (await bot.Messaging.GetGroupsAsync(CancellationToken.None)).Count);
        await bot.SayAsync(Other, "hi", "B1");
        service.Groups.Remove(Other);

        Assert.Equal(Group, Assert.Single(await bot.Messaging.GetGroupsAsync(CancellationToken.None)).Group);

        var (kept, gone, key) = await bot.Database.RunAsync("test", store => (store.Groups.Load(Group), store.Groups.Load(Other), store.SenderKeys.Load(Other, store.Lids.DeviceOf(bot.Lid))));
        Assert.NotNull(kept);
        Assert.Null(gone);
        Assert.Null(key);
    }

    [Fact]
    public async Task A_changed_number_is_told_as_the_old_person_and_the_new_one_and_takes_our_key_away()
    {
        await using var service = new TestService();
        var (bot, before, after) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        var group = service.Groups[Group] = new TestGroup(Group, false).With(bot, before);
        await bot.SayAsync(Group, "first", "B1");

        await bot.ReceiveAsync(group.Change("modify", "N1", before, after));

        var told = Assert.Single(await bot.EventsAsync<GroupMembersChanged>());
        Assert.Equal((MembersChange.NumberChanged, false), (told.Change, told.ByActor));
        Assert.Equal(before.Phone.Bare, told.Actor!.Phone);
        Assert.Equal(after.Phone.Bare, Assert.Single(told.Members).Phone);
        Assert.Null(await bot.Database.RunAsync("test", store => store.SenderKeys.Load(Group, store.Lids.DeviceOf(bot.Phone))));
        await bot.SayAsync(Group, "second", "B2");
        Assert.Equal(after.Phone, Assert.Single(bot.Written.Last(node => node.Tag == "message").Child("participants")!.Children).JidOf("jid"));
    }

    [Fact]
    public async Task A_change_of_a_group_that_comes_from_no_group_is_refused()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));

        await Assert.ThrowsAsync<MalformedNodeException>(() => bot.ReceiveAsync(new Node(
            "notification", new() { ["type"] = "w:gp2", ["from"] = member.Lid, ["id"] = "N1", ["t"] = 1 }, new Node("delete"))));

        Assert.Empty(await bot.EventsAsync<GroupChanged>());
    }

    [Fact]
    public async Task A_sender_key_is_replaced_after_a_thousand_messages()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.Groups[Group] = new TestGroup(Group, true).With(bot, member);
        await bot.SayAsync(Group, "first", "B0");
        await bot.Database.RunAsync<bool>("test", store =>
        {
            var cipher = new WhatsApp.Signal.GroupCipher(store.Signal, service.Random);
            for (var i = 1; i < WhatsApp.Messages.Sending.GroupMessages.MostIterations; i++)
            {
                cipher.Encrypt(Group, store.Lids.DeviceOf(bot.Lid), [1]);
            }

            return true;
        });

        await bot.SayAsync(Group, "next", "B1");
        await service.DeliverAsync();

        Assert.Single(bot.Written.Last(node => node.Tag == "message").Child("participants")!.Children);
        Assert.Equal(["first", "next"], (await member.EventsAsync<MessageReceived>()).Select(item => item.Text));
    }
}
