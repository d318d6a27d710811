using WhatsApp.Binary;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Devices;

public sealed class DeviceNotificationTests
{
    private static readonly Jid Group = Jid.Parse("1203630001@g.us");

    [Fact]
    public async Task A_device_added_gets_the_next_message()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(member.Phone.Bare, "first", "B1");
        var second = await service.AddAsync("2", 1);

        await bot.ReceiveAsync(Devices("N1", member, new Node("add", null, new Node("device", new() { ["jid"] = second.Lid, ["key-index"] = 1 }))));
        await bot.SayAsync(member.Phone.Bare, "second", "B2");
        await service.DeliverAsync();

        Assert.Equal("second", Assert.Single(await second.EventsAsync<MessageReceived>()).Text);
        Assert.Contains(bot.Written, node => node.Tag == "ack" && node["id"] == "N1" && node["type"] == "devices");
    }

    [Fact]
    public async Task A_device_removed_loses_its_session_and_our_key_of_every_group()
    {
        await using var service = new TestService();
        var (bot, member, companion) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("2", 1));
        service.Groups[Group] = new TestGroup(Group, true).With(bot, member);
        await bot.SayAsync(Group, "for all", "B1");
        await service.DeliverAsync();

        service.Remove(companion);
        await using var end = companion;
        await bot.ReceiveAsync(Devices("N1", member, new Node("remove", null, new Node("device", new() { ["jid"] = companion.Lid, ["key-index"] = 1 }))));
        Assert.Null(await bot.Database.RunAsync("test", store => store.Sessions.Load(store.Lids.DeviceOf(companion.Lid))));
        await bot.SayAsync(Group, "without it", "B2");

        var stanza = bot.Written.Last(node => node.Tag == "message");
        Assert.Equal(member.Lid, Assert.Single(stanza.Child("participants")!.Children).JidOf("jid")); // a new key, to who is left
        var old = await companion.Database.RunAsync("test", store => store.SenderKeys.Load(Group, store.Lids.DeviceOf(bot.Lid)));
        Assert.NotNull(old);
        await companion.ReceiveAsync(new Node(
            "message", new() { ["from"] = Group, ["participant"] = bot.Lid, ["id"] = "B2", ["t"] = 1, ["type"] = "text" }, stanza.Child("enc")!));
        Assert.DoesNotContain(await companion.EventsAsync<MessageReceived>(), item => item.Id == "B2");
    }

    [Fact]
    public async Task A_key_on_its_way_to_a_device_that_is_removed_is_taken_back_too()
    {
        await using var service = new TestService();
        var (bot, member, companion) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("2", 1));
        service.Groups[Group] = new TestGroup(Group, true).With(bot, member);
        service.AnswerMessage = (_, _) => null;
        var written = service.NextWrittenAsync(bot, node => node.Tag == "message");
        var first = bot.SayAsync(Group, "for all", "B1"); // not answered: nobody counts as having the key yet
        Assert.Equal(2, (await written).Child("participants")!.Children.Count);

        service.Remove(companion);
        await using var end = companion;
        await bot.ReceiveAsync(Devices("N1", member, new Node("remove", null, new Node("device", new() { ["jid"] = companion.Lid, ["key-index"] = 1 }))));
        service.AnswerMessage = (_, ack) => ack;
        await bot.SayAsync(Group, "without it", "B2");

        var keys = bot.Written.Where(node => node.Tag == "message").Select(node => WhatsApp.Signal.Wire.SenderKeyMessage.Parse(node.Child("enc")!.Bytes!.Value.Span).KeyId).ToList();
        Assert.Equal(2, keys.Distinct().Count());
        bot.Messaging.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => first);
    }

    [Fact]
    public async Task Nobody_can_have_another_person_s_device_or_a_phone_removed()
    {
        await using var service = new TestService();
        var (bot, member, other) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3", 1));
        await bot.SayAsync(member.Phone.Bare, "hi", "B1");
        await bot.SayAsync(other.Phone.Bare, "hi", "B2");

        await bot.ReceiveAsync(Devices("N1", member, new Node("remove", null, new Node("device", new() { ["jid"] = other.Lid }), new Node("device", new() { ["jid"] = member.Lid }))));

        Assert.NotNull(await bot.Database.RunAsync("test", store => store.Sessions.Load(store.Lids.DeviceOf(other.Lid))));
        Assert.NotNull(await bot.Database.RunAsync("test", store => store.Sessions.Load(store.Lids.DeviceOf(member.Lid))));
    }

    [Fact]
    public async Task Another_device_of_our_own_account_hears_what_we_say_from_then_on()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(member.Phone.Bare, "first", "B1");
        var phone = await service.AddAsync("1");

        await bot.ReceiveAsync(new Node("notification", new() { ["type"] = "account_sync", ["from"] = bot.Phone.Bare, ["id"] = "N1", ["t"] = 1 }, new Node("devices", new() { ["dhash"] = "2:x" })));
        await bot.SayAsync(member.Phone.Bare, "second", "B2");

        Assert.Contains(bot.Written.Last(node => node.Tag == "message").Child("participants")!.Children, to => to.JidOf("jid")!.Value.Bare == phone.Lid.Bare);
    }

    [Fact]
    public async Task Somebody_the_service_leaves_out_keeps_their_devices_and_is_asked_for_again_before_long()
    {
        await using var service = new TestService();
        var (bot, member, gone) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        await bot.SayAsync(member.Phone.Bare, "first", "B1");
        await bot.ReceiveAsync(Devices("N1", member, new Node("update")));
        service.Remove(member);
        await bot.SayAsync(member.Phone.Bare, "second", "B2");
        Assert.Equal(member.Lid, Assert.Single(bot.Written.Last(node => node.Tag == "message").Child("participants")!.Children).JidOf("jid"));
        var asked = service.UsyncQueries;

        await bot.SayAsync(member.Phone.Bare, "third", "B3");
        Assert.Equal(asked, service.UsyncQueries);
        service.Time.Advance(TimeSpan.FromMinutes(6));
        await bot.SayAsync(member.Phone.Bare, "fourth", "B4");

        Assert.Equal(asked + 1, service.UsyncQueries);
        await member.DisposeAsync();
        GC.KeepAlive(gone);
    }

    private static Node Devices(string id, TestDevice person, Node change) =>
        new("notification", new() { ["type"] = "devices", ["from"] = person.Lid.Bare, ["id"] = id, ["t"] = 1 }, change);
}
