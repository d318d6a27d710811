using Shared.Claims;
using Shared.Grace;
using Shared.Members;
using Shared.Membership;
using Shared.Tests.Support;

namespace Shared.Tests.Membership;

public class RosterBookTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Somebody_missing_from_a_read_counts_as_gone_only_after_a_second_read_two_minutes_later()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2, 3);
        var member = await world.MemberAsync(1);
        await world.ActiveAsync(member);

        var first = await world.ReadAsync(2, 3);
        var tooSoon = await world.ReadAsync(2, 3);
        Assert.Equal((RosterVerdict.Applied, 1, 0), (first.Verdict, first.Missing, first.Left));
        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromMinutes(2), first.SecondReadDue);
        Assert.Equal(0, tooSoon.Left);
        Assert.Equal(Presence.Present, await world.Roster.LastKnownAsync(member.Id, None));
        world.Time.Pass(TimeSpan.FromMinutes(2));
        var second = await world.ReadAsync(2, 3);

        Assert.Equal(1, second.Left);
        Assert.Equal(Presence.Absent, await world.Roster.LastKnownAsync(member.Id, None));
        var claim = Assert.Single(await world.Claims.ListAsync(ClaimState.Deleting, None));
        Assert.Equal((TimeSpan.Zero, world.Time.GetUtcNow()), (claim.GraceObserved, claim.DeletionRequestedAt));
    }

    [Fact]
    public async Task Somebody_who_is_back_at_the_second_read_was_never_gone()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2, 3);
        await world.ReadAsync(2, 3);
        await world.ReadAsync(1, 2, 3);
        world.Time.Pass(TimeSpan.FromMinutes(3));

        Assert.Equal(0, (await world.ReadAsync(2, 3)).Left);
    }

    [Theory]
    [InlineData(10, 3, false)]
    [InlineData(10, 4, true)]
    [InlineData(100, 10, false)]
    [InlineData(100, 11, true)]
    public async Task More_than_three_and_more_than_a_tenth_missing_at_once_freezes_and_marks_nobody(int size, int missing, bool freezes)
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync([.. Enumerable.Range(1, size)]);

        var outcome = await world.ReadAsync([.. Enumerable.Range(1 + missing, size - missing)]);

        Assert.Equal(freezes ? RosterVerdict.Frozen : RosterVerdict.Applied, outcome.Verdict);
        Assert.Equal(freezes, await world.Breaker.CurrentAsync(None) is { Reason: FreezeReason.MassDisappearance });
        Assert.Null(freezes ? outcome.SecondReadDue : null);
    }

    [Fact]
    public async Task An_empty_roster_freezes_and_nobody_has_left()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2);

        Assert.Equal(RosterVerdict.Frozen, (await world.ReadAsync()).Verdict);

        Assert.Equal(FreezeReason.EmptyRoster, (await world.Breaker.CurrentAsync(None))!.Reason);
        Assert.Equal(Presence.Present, await world.Roster.LastKnownAsync((await world.MemberAsync(1)).Id, None));
    }

    [Fact]
    public async Task A_roster_without_the_bot_freezes_once_members_were_known()
    {
        await using var world = await World.OpenAsync();
        var removed = new RosterRead("Grup Uji", [], WeAreMember: false);
        await world.Roster.ApplyReadAsync(await world.Roster.BeginReadAsync(World.Group, None), removed, None);
        Assert.Null(await world.Breaker.CurrentAsync(None));
        await world.ReadAsync(1, 2);

        await world.Roster.ApplyReadAsync(await world.Roster.BeginReadAsync(World.Group, None), removed, None);

        Assert.Equal(FreezeReason.RemovedFromGroup, (await world.Breaker.CurrentAsync(None))!.Reason);
    }

    [Fact]
    public async Task Many_live_leaves_within_a_minute_freeze_deletions()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2, 3, 4, 5, 6);
        await world.LeaveAsync(1);
        await world.LeaveAsync(2, 3);
        Assert.Null(await world.Breaker.CurrentAsync(None));

        await world.LeaveAsync(4);

        Assert.Equal(FreezeReason.MassDisappearance, (await world.Breaker.CurrentAsync(None))!.Reason);
    }

    [Fact]
    public async Task An_event_stored_before_a_read_began_does_not_override_it()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2);
        var oldLeave = await world.EventAsync();
        await world.ReadAsync(1, 2);

        await world.Roster.ApplyEventsAsync(oldLeave, World.Group, [], [World.Identity(1)], None);

        Assert.Equal(Presence.Present, await world.Roster.LastKnownAsync((await world.MemberAsync(1)).Id, None));
        Assert.Empty(await world.Inbox.LoadOpenAsync(10, None));
    }

    [Fact]
    public async Task A_leave_that_is_handled_after_a_read_that_missed_the_member_too_counts_at_once()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2);
        await world.ActiveAsync(await world.MemberAsync(1));
        var leave = await world.EventAsync(); // stored, then the process died before it was handled
        await world.ReadAsync(2);

        await world.Roster.ApplyEventsAsync(leave, World.Group, [], [World.Identity(1)], None);

        Assert.Equal(Presence.Absent, await world.Roster.LastKnownAsync((await world.MemberAsync(1)).Id, None));
        Assert.Single(await world.TextsAsync(), text => text == "GraceStarted");
    }

    [Fact]
    public async Task A_read_that_an_event_overtook_changes_nothing()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2);
        var ticket = await world.Roster.BeginReadAsync(World.Group, None);
        await world.LeaveAsync(1);

        var outcome = await world.Roster.ApplyReadAsync(ticket, new RosterRead("Grup Uji", [World.Identity(1), World.Identity(2)], true), None);

        Assert.Equal(RosterVerdict.Overtaken, outcome.Verdict);
        Assert.Equal(Presence.Absent, await world.Roster.LastKnownAsync((await world.MemberAsync(1)).Id, None));
    }

    [Fact]
    public async Task The_same_event_twice_is_one_event()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2);
        await world.ActiveAsync(await world.MemberAsync(1));
        var row = await world.EventAsync();
        await world.Roster.ApplyEventsAsync(row, World.Group, [], [World.Identity(1)], None);
        await world.JoinAsync(1);

        await world.Roster.ApplyEventsAsync(row, World.Group, [], [World.Identity(1)], None);

        Assert.Equal(Presence.Present, await world.Roster.LastKnownAsync((await world.MemberAsync(1)).Id, None));
        Assert.Single(await world.TextsAsync(), text => text == "GraceStarted");
    }

    [Fact]
    public void Who_cannot_be_compared_with_an_entry_is_unknown_never_absent()
    {
        string[] phoneOnly = [World.Phone(1)];

        Assert.Equal(Presence.Unknown, RosterMatch.Of(phoneOnly, [new MemberIdentity(World.Lid(7), Lid: World.Lid(7))]));
        Assert.Equal(Presence.Absent, RosterMatch.Of(phoneOnly, [World.Identity(2)]));
        Assert.Equal(Presence.Present, RosterMatch.Of(phoneOnly, [World.Identity(1)]));
        Assert.Equal(Presence.Unknown, RosterMatch.Of(phoneOnly, []));
    }

    [Fact]
    public async Task A_member_of_another_target_group_has_not_left()
    {
        const string Other = "120363000000000002@g.us";
        await using var world = await World.OpenAsync(groups: new Options.GroupOptions { TargetIds = [World.Group, Other] });
        await world.ReadAsync(1, 2);
        await world.Roster.ApplyReadAsync(await world.Roster.BeginReadAsync(Other, None), new RosterRead("Lain", [World.Identity(1)], true), None);
        var claim = await world.ActiveAsync(await world.MemberAsync(1));

        await world.LeaveAsync(1);

        Assert.Equal(ClaimState.Active, (await world.Claims.FindAsync(claim.Id, None))!.State);
    }
}
