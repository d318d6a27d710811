using WhatsApp.Binary;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages.Sending;

public sealed class ForgedBundleTests
{
    [Fact]
    public async Task A_device_whose_signed_prekey_is_forged_is_left_out_and_the_others_are_served()
    {
        await using var service = new TestService();
        var (bot, phone, companion) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("2", 1));
        service.Bundle = (device, bundle) => device == companion ? Forge(bundle) : bundle;

        await bot.SayAsync(phone.Phone.Bare, "hi", "B1");
        await service.DeliverAsync();

        Assert.Equal("hi", Assert.Single(await phone.EventsAsync<MessageReceived>()).Text);
        Assert.Empty(await companion.EventsAsync<MessageReceived>());
        Assert.Null(await bot.Database.RunAsync("test", store => store.Sessions.Load(store.Lids.DeviceOf(companion.Lid))));
    }

    [Fact]
    public async Task When_no_bundle_of_a_person_holds_the_send_fails_and_nothing_is_written()
    {
        await using var service = new TestService();
        var (bot, phone) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.Bundle = (_, bundle) => Forge(bundle);

        await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(phone.Phone.Bare, "hi", "B1"));

        Assert.DoesNotContain(bot.Written, node => node.Tag == "message");
        service.Bundle = (_, bundle) => bundle;
        await bot.SayAsync(phone.Phone.Bare, "hi", "B1");
        await service.DeliverAsync();
        Assert.Equal("hi", Assert.Single(await phone.EventsAsync<MessageReceived>()).Text);
    }

    /// <summary>One bit of the signature, so that everything else is as it should be.</summary>
    private static Node Forge(Node bundle)
    {
        var signed = bundle.Child("skey")!;
        var signature = signed.Child("signature")!.Bytes!.Value.ToArray();
        signature[5] ^= 1;
        return new Node(
            bundle.Tag,
            bundle.Attributes,
            [.. bundle.Children.Where(child => child.Tag != "skey"), new Node("skey", null, signed.Child("id")!, signed.Child("value")!, new Node("signature", null, signature))]);
    }
}
