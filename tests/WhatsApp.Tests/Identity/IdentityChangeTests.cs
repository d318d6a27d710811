using WhatsApp.Binary;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Identity;

public sealed class IdentityChangeTests
{
    [Fact]
    public async Task A_notice_of_a_changed_identity_is_told_and_the_sessions_of_all_their_devices_are_new()
    {
        await using var service = new TestService();
        var (bot, phone, desktop) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("2", 5));
        await bot.SayAsync(phone.Phone.Bare, "before", "B1");

        await bot.ReceiveAsync(Notice(phone, "N1"));
        await bot.ReceiveAsync(Notice(phone, "N1")); // the service repeats what it has no ack for

        Assert.Empty(await bot.Database.RunAsync("test", store => store.Sessions.DevicesOf(store.Lids.PeerOf(phone.Phone))));
        var changed = Assert.Single(await bot.EventsAsync<IdentityChanged>());
        Assert.Equal((phone.Lid.Bare, phone.Phone.Bare, default(ushort?)), (changed.Person, changed.Phone!.Value, changed.Device));
        await bot.SayAsync(phone.Phone.Bare, "after", "B2");
        await service.DeliverAsync();
        Assert.Equal(["before", "after"], (await desktop.EventsAsync<MessageReceived>()).Select(item => item.Text));
    }

    [Fact]
    public async Task A_phone_that_writes_with_a_new_key_is_told_and_what_its_former_companions_had_is_gone()
    {
        await using var service = new TestService();
        var (bot, phone, desktop) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("2", 5));
        await bot.SayAsync(phone.Phone.Bare, "before", "B1");
        service.Remove(phone);
        service.Remove(desktop);
        await using var end = phone;
        await using var alsoEnd = desktop;
        service.Reinstall(phone.Phone);
        var anew = await service.AddAsync("2");

        await anew.SayAsync(bot.Phone.Bare, "it is me", "M1");
        await service.DeliverAsync();

        Assert.Equal("it is me", Assert.Single(await bot.EventsAsync<MessageReceived>()).Text);
        Assert.Equal((ushort?)0, Assert.Single(await bot.EventsAsync<IdentityChanged>()).Device);
        Assert.Equal([(ushort)0], await bot.Database.RunAsync("test", store => store.Sessions.DevicesOf(store.Lids.PeerOf(phone.Phone))));
        await bot.SayAsync(phone.Phone.Bare, "welcome back", "B2");
        await service.DeliverAsync();
        Assert.Equal("welcome back", Assert.Single(await anew.EventsAsync<MessageReceived>()).Text);
    }

    [Fact]
    public async Task Our_own_account_cannot_be_made_to_look_changed_by_a_notice()
    {
        await using var service = new TestService();
        var (bot, ownPhone) = (await service.AddAsync("1", 1), await service.AddAsync("1"));

        await bot.ReceiveAsync(Notice(ownPhone, "N1"));

        Assert.Empty(await bot.EventsAsync<IdentityChanged>());
        Assert.NotNull(await bot.Database.RunAsync("test", store => store.Identities.Load(store.Lids.PeerOf(ownPhone.Phone).Device(0))));
    }

    private static Node Notice(TestDevice person, string id) =>
        new("notification", new() { ["type"] = "encrypt", ["from"] = person.Lid.Bare, ["id"] = id, ["t"] = 1 }, new Node("identity"));
}
