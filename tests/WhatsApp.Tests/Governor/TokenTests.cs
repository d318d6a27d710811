using System.Text;
using WhatsApp.Binary;
using WhatsApp.Governor;
using WhatsApp.Store;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Governor;

public sealed class TokenTests
{
    [Fact]
    public void A_token_from_the_salt_is_the_published_one() =>
        Assert.Equal(
            "7c6afc325785ac3c4f571e648a3bb822f0e2e49434812ed2809aea2e7043b576",
            Convert.ToHexStringLower(PrivacyTokens.FromSalt(Encoding.ASCII.GetBytes("whatsapp_nct_salt_example"), Jid.Parse("alice@lid"))));

    [Fact]
    public void A_token_is_good_for_its_week_and_three_more_whatever_the_day()
    {
        var week = DateTimeOffset.FromUnixTimeSeconds(604_800L * 2930);
        foreach (var issued in new[] { week, week.AddDays(7).AddSeconds(-1) })
        {
            var token = new PrivacyToken([1], issued);
            Assert.True(PrivacyTokens.IsValid(token, week.AddDays(28).AddSeconds(-1)));
            Assert.False(PrivacyTokens.IsValid(token, week.AddDays(28)));
        }

        Assert.Equal(week, PrivacyTokens.WorthlessBefore(week.AddDays(21)));
        Assert.False(PrivacyTokens.IsValid(null, week));
    }

    [Fact]
    public async Task The_first_private_message_in_a_week_gives_the_person_a_token_of_ours()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));

        await bot.SayAsync(member.Phone.Bare, "one", "B1");
        await UntilAsync(bot, member);
        await bot.SayAsync(member.Phone.Bare, "two", "B2");
        service.Time.Advance(TimeSpan.FromDays(8));
        var before = service.Time.GetUtcNow();
        await bot.SayAsync(member.Phone.Bare, "three", "B3");
        await UntilAsync(bot, member, before);

        Assert.Equal([member.Lid.Bare, member.Lid.Bare], service.TokensGiven!.Select(given => given.To));
        Assert.Equal(before.ToUnixTimeSeconds(), service.TokensGiven![1].At);
    }

    [Fact]
    public async Task A_person_who_set_up_anew_gets_the_token_with_the_next_message()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.SayAsync(member.Phone.Bare, "one", "B1");
        await UntilAsync(bot, member);

        await bot.ReceiveAsync(new Node("notification", new() { ["type"] = "encrypt", ["from"] = member.Lid.Bare, ["id"] = "N1", ["t"] = 1 }, new Node("identity")));
        await bot.SayAsync(member.Phone.Bare, "two", "B2");
        await UntilAsync(bot, member);

        Assert.Equal(2, service.TokensGiven!.Count);
    }

    [Fact]
    public async Task A_token_the_service_does_not_take_is_offered_an_hour_later_at_the_soonest()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.TokensGiven = null;
        await bot.SayAsync(member.Phone.Bare, "one", "B1");
        await bot.IdleAsync();
        service.TokensGiven = [];
        await bot.SayAsync(member.Phone.Bare, "two", "B2");
        await bot.IdleAsync();
        var soon = service.TokensGiven.Count;

        service.Time.Advance(TimeSpan.FromHours(1));
        await bot.SayAsync(member.Phone.Bare, "three", "B3");
        await UntilAsync(bot, member);

        Assert.Equal((0, 1), (soon, service.TokensGiven.Count));
    }

    [Theory]
    [InlineData("whatsapp.token-issued.before", 2)]
    [InlineData("whatsapp.token-issued.after", 2)]
    public async Task Killed_around_noting_a_given_token_it_is_given_once_more_or_not_at_all(string moment, int most)
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        bot.Probe = name =>
        {
            if (name == moment)
            {
                throw new InvalidOperationException("killed");
            }
        };
        await bot.SayAsync(member.Phone.Bare, "one", "B1");
        await bot.IdleAsync();

        bot.Probe = null;
        await bot.RestartAsync();
        await bot.LogInAsync();
        await bot.SayAsync(member.Phone.Bare, "two", "B2");
        await UntilAsync(bot, member);

        Assert.InRange(service.TokensGiven!.Count, 1, most);
    }

    [Fact]
    public async Task Without_a_good_token_the_account_s_salt_makes_one_and_a_good_one_comes_first()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.Database.RunAsync("test", store => store.Device.SaveNctSalt([9, 9, 9]));

        await bot.SayAsync(member.Phone.Bare, "one", "B1");
        await bot.Database.RunAsync("test", store => store.PrivacyTokens.Save(store.Lids.PeerOf(member.Lid), [7], service.Time.GetUtcNow()));
        await bot.SayAsync(member.Phone.Bare, "two", "B2");

        var written = bot.Written.Where(node => node.Tag == "message").ToList();
        Assert.Equal(PrivacyTokens.FromSalt([9, 9, 9], member.Lid), written[0].Child("cstoken")!.Bytes!.Value.ToArray());
        Assert.Null(written[0].Child("tctoken"));
        Assert.NotNull(written[1].Child("tctoken"));
        Assert.Null(written[1].Child("cstoken"));
    }

    [Fact]
    public async Task Groups_get_no_token_and_cause_none_to_be_given()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        var group = Jid.Parse("1203630001@g.us");
        service.Groups[group] = new TestGroup(group, true).With(bot, member);
        await bot.Database.RunAsync("test", store => store.Device.SaveNctSalt([9, 9, 9]));

        await bot.SayAsync(group, "all", "B1");
        await bot.IdleAsync();

        var stanza = Assert.Single(bot.Written, node => node.Tag == "message");
        Assert.Null(stanza.Child("tctoken") ?? stanza.Child("cstoken"));
        Assert.Empty(service.TokensGiven!);
    }

    private static async Task UntilAsync(TestDevice device, TestDevice person, DateTimeOffset since = default)
    {
        await device.IdleAsync();
        Assert.True(await device.Database.RunAsync("test", store => store.TokenIssues.LastAt(store.Lids.PeerOf(person.Lid))) >= since);
    }
}
