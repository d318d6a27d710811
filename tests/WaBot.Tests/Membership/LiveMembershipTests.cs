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
    public async Task A_yes_of_one_group_does_not_wait_for_another_that_does_not_answer_but_a_no_needs_them_all()
    {
        var other = Jid.Parse("120363000000000002@g.us");
        await using var host = await new HostUnderTest(null, null, "--Group:TargetIds:0", HostUnderTest.Group.ToString(), "--Group:TargetIds:1", other.ToString()).StartAsync();
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(Events.Budi));
        host.WhatsApp.Rosters[other] = () => new TaskCompletionSource<GroupRoster>().Task;
        var members = host.Get<IMemberDirectory>();
        var budi = await members.ResolveAsync(new MemberIdentity(Events.Budi.ToString()), null, CancellationToken.None);
        var sari = await members.ResolveAsync(new MemberIdentity(Events.Sari.ToString()), null, CancellationToken.None);

        Assert.Equal(Presence.Present, (await host.Get<IMembership>().CheckAsync(budi.Id, TimeSpan.Zero, CancellationToken.None)).Presence);
        var check = host.Get<IMembership>().CheckAsync(sari.Id, TimeSpan.Zero, CancellationToken.None);
        await HostUnderTest.Until(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            return check.IsCompleted;
        });
        Assert.Equal(Presence.Unknown, (await check).Presence);
    }

    [Fact]
    public async Task A_group_of_a_thousand_is_checked_well_within_three_seconds()
    {
        await using var host = await new HostUnderTest().StartAsync();
        var crowd = Enumerable.Range(1, 1023).Select(n => Jid.Parse($"62800099{n:0000}@s.whatsapp.net")).ToArray();
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(crowd));
        var member = await host.Get<IMemberDirectory>().ResolveAsync(new MemberIdentity(crowd[500].ToString()), null, CancellationToken.None);
        var took = new List<TimeSpan>();
        for (var i = 0; i < 40; i++)
        {
            var begun = TimeProvider.System.GetTimestamp();
            Assert.Equal(Presence.Present, (await host.Get<IMembership>().CheckAsync(member.Id, TimeSpan.Zero, CancellationToken.None)).Presence);
            took.Add(TimeProvider.System.GetElapsedTime(begun));
        }

        Assert.True(took.Order().ElementAt(37) < TimeSpan.FromSeconds(3)); // our own share; the service's answer comes on top
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
