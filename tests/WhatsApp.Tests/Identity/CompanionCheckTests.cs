using WhatsApp.Binary;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Identity;

public sealed class CompanionCheckTests
{
    [Fact]
    public async Task A_companion_s_first_message_makes_its_account_s_key_the_measure_for_all_others()
    {
        await using var service = new TestService();
        var (bot, desktop) = (await service.AddAsync("1", 1), await service.AddAsync("2", 5));

        await desktop.SayAsync(bot.Phone.Bare, "Hello", "M1");
        await service.DeliverAsync();

        Assert.Equal("Hello", Assert.Single(await bot.EventsAsync<MessageReceived>()).Text);
        Assert.Equal(service.AccountOf(desktop.Phone).Public, await bot.Database.RunAsync("test", store => store.Identities.Load(store.Lids.PeerOf(desktop.Lid).Device(0))));
    }

    [Theory]
    [InlineData("no certificate")]
    [InlineData("another account's certificate")]
    [InlineData("another companion's certificate")]
    [InlineData("garbage")]
    public async Task A_companion_nobody_vouches_for_is_refused_with_reason_12_and_read_once_it_shows_who_does(string shown)
    {
        await using var service = new TestService();
        var (bot, desktop) = (await service.AddAsync("1", 1), await service.AddAsync("2", 5));
        var (stranger, sibling) = (await service.AddAsync("3", 5), await service.AddAsync("2", 6));
        var wrong = shown switch
        {
            "another account's certificate" => await CertificateAsync(stranger),
            "another companion's certificate" => await CertificateAsync(sibling),
            "garbage" => [1, 2, 3],
            _ => [],
        };
        var isFirst = true;
        service.Carry = (to, stanza) =>
        {
            if (to != bot || stanza.Tag != "message" || !isFirst)
            {
                return stanza;
            }

            isFirst = false;
            var others = stanza.Children.Where(child => child.Tag != "device-identity");
            return new Node("message", stanza.Attributes, [.. others, .. wrong.Length > 0 ? (Node[])[new Node("device-identity", null, wrong)] : []]);
        };

        await desktop.SayAsync(bot.Phone.Bare, "Hello", "M1");
        await service.DeliverAsync();
        var asked = Assert.Single(bot.Written, node => node["type"] == "retry");
        Assert.Equal("12", asked.Child("retry")!["error"]);
        Assert.Null(await bot.Database.RunAsync("test", store => store.Sessions.Load(store.Lids.DeviceOf(desktop.Lid))));

        await desktop.IdleAsync();
        await service.DeliverAsync();
        Assert.Equal("Hello", Assert.Single(await bot.EventsAsync<MessageReceived>()).Text);
    }

    [Fact]
    public async Task A_companion_of_an_account_key_that_is_not_the_known_phone_s_stays_refused()
    {
        await using var service = new TestService();
        var (bot, phone) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(phone.Phone.Bare, "Hello", "B1");
        service.Reinstall(phone.Phone); // from here on companions are vouched for by a key the phone does not have
        var planted = await service.AddAsync("2", 9);

        await planted.SayAsync(bot.Phone.Bare, "I am their laptop", "M1");
        for (var round = 0; round < 6; round++)
        {
            await service.DeliverAsync();
            await bot.IdleAsync();
            await planted.IdleAsync();
        }

        Assert.Empty(await bot.EventsAsync<MessageReceived>());
        Assert.Contains(bot.Written, node => node["type"] == "retry");
        Assert.All(bot.Written.Where(node => node["type"] == "retry"), node => Assert.Equal("12", node.Child("retry")!["error"]));
    }

    [Theory]
    [InlineData("whatsapp.identity-renewed.before")]
    [InlineData("whatsapp.identity-renewed.after")]
    [InlineData("nowhere")]
    public async Task A_person_set_up_anew_with_a_companion_is_believed_once_the_phone_itself_shows_the_new_key(string killed)
    {
        await using var service = new TestService();
        var (bot, former) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(former.Phone.Bare, "Hello", "B1");
        service.Remove(former);
        await using var end = former;
        service.Reinstall(former.Phone);
        var (phone, desktop) = (await service.AddAsync("2"), await service.AddAsync("2", 5));
        Assert.NotNull(phone);
        bot.Probe = name =>
        {
            if (name == killed)
            {
                throw new InvalidOperationException("killed");
            }
        };

        await desktop.SayAsync(bot.Phone.Bare, "new laptop", "M1");
        for (var round = 0; round < 6; round++)
        {
            await service.DeliverAsync();
            await bot.IdleAsync();
            bot.Probe = null;
            service.Time.Advance(TimeSpan.FromHours(1)); // the cool-down of a look that was cut off
            await desktop.IdleAsync();
        }

        Assert.Equal("new laptop", Assert.Single(await bot.EventsAsync<MessageReceived>()).Text);
        var changed = Assert.Single(await bot.EventsAsync<IdentityChanged>());
        Assert.Equal((former.Lid.Bare, (ushort?)0), (changed.Person, changed.Device));
    }

    private static Task<byte[]> CertificateAsync(TestDevice device) => device.Database.RunAsync("test", store => store.Device.Required.Account!);
}
