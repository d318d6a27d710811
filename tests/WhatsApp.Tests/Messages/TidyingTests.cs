using WhatsApp.Store;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages;

/// <summary>What is thrown away after a login.</summary>
public class TidyingTests
{
    [Theory]
    [InlineData("whatsapp.messaging-login.before")]
    [InlineData("whatsapp.messaging-login.after")]
    public async Task Killed_around_the_tidying_after_a_login_old_messages_are_gone_after_the_next_one_and_new_ones_are_kept(string point)
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(member.Phone.Bare, "old", "B1");
        service.Time.Advance(TimeSpan.FromDays(8));
        await bot.SayAsync(member.Phone.Bare, "new", "B2");
        bot.Probe = name =>
        {
            if (name == point)
            {
                throw new IOException("killed");
            }
        };

        await Assert.ThrowsAsync<SessionStoreException>(() => bot.LogInAsync());
        bot.Probe = null;
        await bot.RestartAsync();
        await bot.LogInAsync();

        Assert.Null(await bot.Database.RunAsync("test", store => store.Outbound.Find("B1")));
        Assert.NotNull(await bot.Database.RunAsync("test", store => store.Outbound.Find("B2")));
    }
}
