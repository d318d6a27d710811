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
    public async Task A_mass_that_an_operator_has_looked_at_and_released_is_gone_by_the_usual_two_reads()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync([.. Enumerable.Range(1, 20)]);
        var claim = await world.ActiveAsync(await world.MemberAsync(1));
        int[] left = [.. Enumerable.Range(11, 10)];
        await world.ReadAsync(left);
        world.Time.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(RosterVerdict.Frozen, (await world.ReadAsync(left)).Verdict); // nobody has looked yet
        Assert.Equal(ClaimState.Active, (await world.Claims.FindAsync(claim.Id, None))!.State);

        await world.Breaker.UnfreezeAsync("operator", None);
        var after = await world.ReadAsync(left);

        Assert.Equal((RosterVerdict.Applied, 10), (after.Verdict, after.Left));
        Assert.Equal(ClaimState.Deleting, (await world.Claims.FindAsync(claim.Id, None))!.State);
        Assert.Null(await world.Breaker.CurrentAsync(None));
    }

    [Fact]
    public async Task A_changed_number_leaves_and_joins_and_may_claim_once_the_old_server_is_gone()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2);
        var before = await world.MemberAsync(1);
        var old = await world.ActiveAsync(before);

        await world.Roster.ApplyEventsAsync(await world.EventAsync(), World.Group, [World.Identity(7)], [World.Identity(1)], None, numberChanged: true);

        var after = await world.MemberAsync(7);
        Assert.NotEqual(before.Id, after.Id);
        Assert.Equal((Presence.Absent, Presence.Present), (await world.Roster.LastKnownAsync(before.Id, None), await world.Roster.LastKnownAsync(after.Id, None)));
        old = (await world.Claims.FindAsync(old.Id, None))!;
        Assert.Equal(ClaimState.Deleting, old.State);
        var early = await world.Claims.SubmitAsync(new NewClaim(after.Id, "nodejs", "new_name"), None);
        Assert.Equal((SubmitOutcome.HasOne, old.Id), (early.Outcome, early.Claim?.Id));
        Assert.Equal(old.Id, (await world.Turns.StartAsync(after.Id, None)).LiveClaim?.Id); // what the chat tells: the old one is on its way out
        await DeleteAsync(world, old);
        Assert.Equal(SubmitOutcome.Accepted, (await world.Claims.SubmitAsync(new NewClaim(after.Id, "nodejs", "new_name"), None)).Outcome);
    }

    [Fact]
    public async Task Two_target_groups_are_one_server()
    {
        const string Other = "120363000000000002@g.us";
        await using var world = await World.OpenAsync(groups: new Options.GroupOptions { TargetIds = [World.Group, Other] });
        await world.ReadAsync(1, 2);
        await world.Roster.ApplyReadAsync(await world.Roster.BeginReadAsync(Other, None), new RosterRead("Lain", [World.Identity(1)], true), None);
        var member = await world.MemberAsync(1);
        await world.ActiveAsync(member);

        Assert.Equal(SubmitOutcome.HasOne, (await world.Claims.SubmitAsync(new NewClaim(member.Id, "nodejs", "second"), None)).Outcome);
        await world.LeaveAsync(1);
        await world.Roster.ApplyEventsAsync(await world.EventAsync(), Other, [], [World.Identity(1)], None);
        Assert.Equal(ClaimState.Deleting, (await world.Claims.FindLiveAsync(member.Id, None))!.State); // gone from the last of them
        await world.Roster.ApplyEventsAsync(await world.EventAsync(), Other, [World.Identity(1)], [], None);
        Assert.Equal(ClaimState.Active, (await world.Claims.FindLiveAsync(member.Id, None))!.State); // and one is enough to keep it
    }

    private static async Task DeleteAsync(World world, Claim claim)
    {
        await world.Grace.ObserveAsync(true, None);
        world.Time.Pass(TimeSpan.FromHours(4));
        await world.Grace.ObserveAsync(true, None);
        await world.Breaker.UnfreezeAsync("operator", None);
        claim = World.Done(await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None));
        World.Done(await world.Claims.MarkDeletedAsync(claim.Ref, None));
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
