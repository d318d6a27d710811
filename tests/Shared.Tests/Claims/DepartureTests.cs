using Shared.Alerts;
using Shared.Claims;
using Shared.Grace;
using Shared.Membership;
using Shared.Tests.Support;

namespace Shared.Tests.Claims;

public class DepartureTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Leaving_while_active_starts_grace_and_a_return_cancels_it()
    {
        await using var world = await World.OpenAsync();
        var claim = await PresentAndActiveAsync(world);

        await world.LeaveAsync(1);
        var leaving = (await world.Claims.FindAsync(claim.Id, None))!;
        Assert.Equal(ClaimState.Deleting, leaving.State);
        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromHours(4), leaving.DeadlineTold);
        Assert.Empty(await world.Claims.ListWorkAsync(None));
        await world.JoinAsync(1);

        Assert.Equal(ClaimState.Active, (await world.Claims.FindAsync(claim.Id, None))!.State);
        Assert.Equal(["GraceStarted", "GraceCancelled"], (await world.TextsAsync()).TakeLast(2));
    }

    [Fact]
    public async Task Leaving_while_creating_stops_it_and_a_return_does_not_revive_it()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2);
        var claim = await world.InstallingAsync(await world.MemberAsync(1));

        await world.LeaveAsync(1);
        await world.JoinAsync(1);

        var left = (await world.Claims.FindAsync(claim.Id, None))!;
        Assert.Equal((ClaimState.Deleting, false), (left.State, left.WasActive));
        Assert.Equal(ClaimOutcome.Stale, (await world.Claims.SaveInstalledAsync(claim.Ref, None)).Outcome);
        Assert.Equal(ClaimOutcome.NotAllowed, (await world.Claims.SaveInstalledAsync(left.Ref, None)).Outcome);
        Assert.Equal([new ClaimWork(Jobs.ClaimJob.Delete, claim.Id)], await world.Claims.ListWorkAsync(None));
        await FinishAsync(world, left, Presence.Unknown);
        Assert.Equal(["LeftWhileCreating", "CleanedUp"], (await world.TextsAsync()).TakeLast(2));
        Assert.Equal(SubmitOutcome.Accepted, (await world.Claims.SubmitAsync(new NewClaim(claim.MemberId, "nodejs", "budi_27"), None)).Outcome);
    }

    [Fact]
    public async Task After_four_observed_hours_and_proof_of_absence_the_claim_is_deleted_and_a_fresh_one_possible()
    {
        await using var world = await World.OpenAsync();
        var claim = await PresentAndActiveAsync(world);
        await world.LeaveAsync(1);
        await PassObservedAsync(world, TimeSpan.FromHours(4) - TimeSpan.FromSeconds(1));
        claim = (await world.Claims.FindAsync(claim.Id, None))!;
        Assert.Equal(ClaimOutcome.NotDue, (await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None)).Outcome);
        await PassObservedAsync(world, TimeSpan.FromSeconds(1));

        Assert.Equal([new ClaimWork(Jobs.ClaimJob.Delete, claim.Id)], await world.Claims.ListWorkAsync(None));
        await FinishAsync(world, claim, Presence.Absent);

        Assert.Equal(ClaimState.Deleted, (await world.Claims.FindAsync(claim.Id, None))!.State);
        Assert.Empty(await world.Claims.ListLeasedAllocationsAsync(None));
        Assert.Equal("ServerDeleted", (await world.TextsAsync())[^1]);
        var fresh = await world.Claims.SubmitAsync(new NewClaim(claim.MemberId, "python", "budi_27"), None);
        Assert.Equal(SubmitOutcome.Accepted, fresh.Outcome);
        Assert.NotEqual(claim.Id, fresh.Claim!.Id);
    }

    [Theory]
    [InlineData(Presence.Unknown)]
    [InlineData(Presence.Present)]
    public async Task Without_proof_of_absence_nothing_is_deleted(Presence presence)
    {
        await using var world = await World.OpenAsync();
        var claim = await GraceUsedUpAsync(world);

        var change = await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(presence), None);

        Assert.Equal((ClaimOutcome.NotProvenAbsent, DeletionStep.Waiting), (change.Outcome, change.Claim!.DeletionStep));
    }

    [Theory]
    [InlineData(61)]
    [InlineData(-1)]
    public async Task A_reading_older_than_a_minute_or_from_the_future_proves_nothing(int secondsOld)
    {
        await using var world = await World.OpenAsync();
        var claim = await GraceUsedUpAsync(world);
        var reading = new PresenceReading(Presence.Absent, world.Time.GetUtcNow() - TimeSpan.FromSeconds(secondsOld));

        Assert.Equal(ClaimOutcome.NotProvenAbsent, (await world.Claims.BeginDeletionAsync(claim.Ref, reading, None)).Outcome);
        World.Done(await world.Claims.BeginDeletionAsync(claim.Ref, reading with { AskedAt = world.Time.GetUtcNow() - TimeSpan.FromSeconds(60) }, None));
    }

    [Fact]
    public async Task Frozen_deletions_neither_begin_nor_go_on_until_an_operator_releases_them()
    {
        await using var world = await World.OpenAsync();
        var claim = await GraceUsedUpAsync(world);
        await world.Breaker.FreezeAsync(FreezeReason.LoggedOut, "the session was logged out.", None);
        Assert.Equal(ClaimOutcome.Frozen, (await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None)).Outcome);
        Assert.Empty(await world.Claims.ListWorkAsync(None));

        Assert.True(await world.Breaker.UnfreezeAsync("operator", None));
        claim = World.Done(await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None));
        await world.Breaker.FreezeAsync(FreezeReason.ClockJump, "again.", None);

        Assert.Equal(ClaimOutcome.Frozen, (await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None)).Outcome);
        Assert.Equal(FreezeReason.ClockJump, (await world.Breaker.CurrentAsync(None))!.Reason);
        Assert.Equal(3, (await world.AlertCodesAsync()).Count(code => code == AlertCodes.DeletionsFrozen));
    }

    [Fact]
    public async Task A_return_during_the_deletion_does_not_stop_it()
    {
        await using var world = await World.OpenAsync();
        var claim = await GraceUsedUpAsync(world);
        claim = World.Done(await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None));

        await world.JoinAsync(1);

        Assert.Equal(ClaimState.Deleting, (await world.Claims.FindAsync(claim.Id, None))!.State);
        World.Done(await world.Claims.MarkDeletedAsync(claim.Ref, None));
    }

    [Fact]
    public async Task A_deletion_that_fails_three_times_is_held_for_the_operator_with_a_critical_alert()
    {
        await using var world = await World.OpenAsync();
        var claim = await GraceUsedUpAsync(world);
        claim = World.Done(await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None));
        for (var i = 0; i < 3; i++)
        {
            claim = World.Done(await world.Claims.RecordFailureAsync(claim.Ref, FailureCodes.NodeDown, world.Time.GetUtcNow(), None));
        }

        Assert.True(claim.DeletionHeld);
        Assert.Empty(await world.Claims.ListWorkAsync(None));
        Assert.Equal(AlertSeverity.Critical, Assert.Single(await world.Alerts.LoadDueAsync(10, None)).Alert.Severity);
        World.Done(await world.Claims.ResumeDeletionAsync(claim.Ref, None));
        Assert.Single(await world.Claims.ListWorkAsync(None));
    }

    [Fact]
    public async Task A_failed_claim_stays_when_the_member_leaves()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2);
        var claim = await world.SubmitAsync(await world.MemberAsync(1));
        World.Done(await world.Claims.FailAsync(claim.Ref, FailureCodes.NoAllocation, None));

        await world.LeaveAsync(1);

        Assert.Equal(ClaimState.Failed, (await world.Claims.FindAsync(claim.Id, None))!.State);
    }

    private static async Task<Claim> PresentAndActiveAsync(World world)
    {
        await world.ReadAsync(1, 2);
        return await world.ActiveAsync(await world.MemberAsync(1));
    }

    private static async Task<Claim> GraceUsedUpAsync(World world)
    {
        var claim = await PresentAndActiveAsync(world);
        await world.LeaveAsync(1);
        await PassObservedAsync(world, TimeSpan.FromHours(4));
        return (await world.Claims.FindAsync(claim.Id, None))!;
    }

    private static async Task PassObservedAsync(World world, TimeSpan time)
    {
        await world.Grace.ObserveAsync(true, None);
        world.Time.Pass(time);
        await world.Grace.ObserveAsync(true, None);
    }

    private static async Task FinishAsync(World world, Claim claim, Presence presence)
    {
        claim = (await world.Claims.FindAsync(claim.Id, None))!;
        claim = World.Done(await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(presence), None));
        foreach (var step in new[] { DeletionStep.PortClosed, DeletionStep.Server, DeletionStep.User })
        {
            claim = World.Done(await world.Claims.SaveDeletionStepAsync(claim.Ref, step, None));
        }
        World.Done(await world.Claims.MarkDeletedAsync(claim.Ref, None));
    }
}
