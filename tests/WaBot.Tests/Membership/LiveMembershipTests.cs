using Shared.Members;
using Shared.Membership;
using WaBot.Tests.Support;
using WhatsApp;

namespace WaBot.Tests.Membership;

public class LiveMembershipTests
{
    [Fact]
    public async Task No_answer_within_five_seconds_is_unknown()
    {
        await using var host = await new HostUnderTest().StartAsync();
        var never = new TaskCompletionSource<GroupRoster>();
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => never.Task;
        var member = await host.Get<IMemberDirectory>().ResolveAsync(new MemberIdentity(Events.Budi.ToString()), null, CancellationToken.None);

        var check = host.Get<IMembership>().CheckAsync(member.Id, TimeSpan.Zero, CancellationToken.None);
        host.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(check.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal(Presence.Unknown, (await check).Presence);
    }

    [Fact]
    public async Task A_group_that_is_not_shown_makes_everybody_unknown()
    {
        await using var host = await new HostUnderTest().StartAsync();
        var member = await host.Get<IMemberDirectory>().ResolveAsync(new MemberIdentity(Events.Budi.ToString()), null, CancellationToken.None);

        Assert.Equal(Presence.Unknown, (await host.Get<IMembership>().CheckAsync(member.Id, TimeSpan.Zero, CancellationToken.None)).Presence);
    }

    [Fact]
    public async Task The_roster_says_who_is_present_and_who_is_absent()
    {
        await using var host = await new HostUnderTest().StartAsync();
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(Events.Budi));
        var members = host.Get<IMemberDirectory>();
        var budi = await members.ResolveAsync(new MemberIdentity(Events.Budi.ToString()), null, CancellationToken.None);
        var sari = await members.ResolveAsync(new MemberIdentity(Events.Sari.ToString()), null, CancellationToken.None);

        Assert.Equal(Presence.Present, (await host.Get<IMembership>().CheckAsync(budi.Id, TimeSpan.Zero, CancellationToken.None)).Presence);
        Assert.Equal(Presence.Absent, (await host.Get<IMembership>().CheckAsync(sari.Id, TimeSpan.Zero, CancellationToken.None)).Presence);
    }
}
