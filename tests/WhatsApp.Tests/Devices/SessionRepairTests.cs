using Microsoft.Extensions.Logging.Abstractions;
using WhatsApp.Devices;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Devices;

public sealed class SessionRepairTests
{
    [Fact]
    public async Task What_is_only_suspected_sets_a_session_up_anew_once_an_hour_for_each_device()
    {
        await using var service = new TestService();
        var (bot, phone, desktop) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("2", 5));
        var repair = new SessionRepair(service.Time, bot.Metrics, NullLogger<SessionRepair>.Instance);
        Task<bool> TryAsync(TestDevice device, RepairCause cause, string message) =>
            bot.Database.RunAsync("test", store => repair.TryBegin(store, store.Lids.DeviceOf(device.Phone), cause, message));

        Assert.True(await TryAsync(phone, RepairCause.StillUnread, "B1"));
        Assert.False(await TryAsync(phone, RepairCause.StillUnread, "B2"));
        Assert.False(await TryAsync(phone, RepairCause.AccountKeyDoubted, "B3"));
        Assert.True(await TryAsync(desktop, RepairCause.StillUnread, "B1"));
        service.Time.Advance(SessionRepair.CoolDown - TimeSpan.FromSeconds(1));
        Assert.False(await TryAsync(phone, RepairCause.StillUnread, "B4"));
        service.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await TryAsync(phone, RepairCause.StillUnread, "B5"));
    }

    [Fact]
    public async Task What_a_device_proves_is_followed_at_once_keys_it_offers_once_for_each_message()
    {
        await using var service = new TestService();
        var (bot, phone) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        var repair = new SessionRepair(service.Time, bot.Metrics, NullLogger<SessionRepair>.Instance);
        Task<bool> TryAsync(RepairCause cause, string message) =>
            bot.Database.RunAsync("test", store => repair.TryBegin(store, store.Lids.DeviceOf(phone.Phone), cause, message));

        Assert.True(await TryAsync(RepairCause.KeysOffered, "B1"));
        Assert.False(await TryAsync(RepairCause.KeysOffered, "B1"));
        Assert.True(await TryAsync(RepairCause.KeysOffered, "B2"));
        Assert.True(await TryAsync(RepairCause.OtherDevice, "B2"));
        Assert.True(await TryAsync(RepairCause.OtherDevice, "B2"));
        Assert.False(await TryAsync(RepairCause.StillUnread, "B3")); // these count for it too
    }
}
