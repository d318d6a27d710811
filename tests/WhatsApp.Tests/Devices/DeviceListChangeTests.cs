using WhatsApp.Binary;
using WhatsApp.Messages;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Devices;

public sealed class DeviceListChangeTests
{
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task A_change_whose_hash_fits_is_applied_and_any_other_makes_us_ask(bool fits, int questions)
    {
        await using var service = new TestService();
        var (bot, phone) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(phone.Phone.Bare, "one", "B1");
        var desktop = await service.AddAsync("2", 5);
        var asked = service.UsyncQueries;
        var hash = DeviceListHash.Compute(fits ? [phone.Lid, desktop.Lid] : [phone.Lid]);

        await bot.ReceiveAsync(Change("N1", phone, "add", hash, desktop.Lid));
        await bot.SayAsync(phone.Phone.Bare, "two", "B2");
        await service.DeliverAsync();

        Assert.Equal("two", Assert.Single(await desktop.EventsAsync<MessageReceived>()).Text);
        Assert.Equal(questions, service.UsyncQueries - asked);
    }

    [Fact]
    public async Task A_removed_companion_is_taken_off_the_list_and_the_phone_never_is()
    {
        await using var service = new TestService();
        var (bot, phone, desktop) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("2", 5));
        await bot.SayAsync(phone.Phone.Bare, "one", "B1");
        var asked = service.UsyncQueries;

        await bot.ReceiveAsync(Change("N1", phone, "remove", DeviceListHash.Compute([phone.Lid]), desktop.Lid, phone.Lid));
        await bot.SayAsync(phone.Phone.Bare, "two", "B2");

        var stanza = bot.Written.Last(node => node.Tag == "message");
        Assert.Equal([phone.Lid], stanza.Child("participants")!.Children.Select(to => to.JidOf("jid")!.Value));
        Assert.Equal(asked, service.UsyncQueries);
    }

    private static Node Change(string id, TestDevice person, string what, string hash, params Jid[] devices) => new(
        "notification",
        new() { ["type"] = "devices", ["from"] = person.Lid.Bare, ["id"] = id, ["t"] = 1 },
        new Node(what, new() { ["device_hash"] = hash }, [.. devices.Select(device => new Node("device", new() { ["jid"] = device, ["key-index"] = 1 }))]));
}
