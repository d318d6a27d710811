using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shared.Claims;
using Shared.Membership;
using Shared.Tests.Support;

namespace Shared.Tests.Claims;

/// <summary>Random histories on a real database: members come and go, steps succeed and fail, in any order.</summary>
public class ClaimHistoryProperties
{
    private static CancellationToken None => CancellationToken.None;

    [Property(MaxTest = 25)]
    public Property No_history_doubles_a_claim_deletes_a_present_members_server_or_strands_a_claim() =>
        Prop.ForAll(Gen.Choose(0, 255).ArrayOf(40).ToArbitrary(), moves => RunAsync(moves).GetAwaiter().GetResult());

    private static async Task RunAsync(int[] moves)
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2, 3, 4, 5);
        foreach (var move in moves)
        {
            var who = 1 + (move & 1);
            var member = await world.MemberAsync(who);
            await MoveAsync(world, move >> 1, who, member.Id, await world.Claims.FindLiveAsync(member.Id, None));
            await CheckAsync(world);
        }
    }

    private static async Task MoveAsync(World world, int move, int who, long memberId, Claim? claim)
    {
        var claims = world.Claims;
        switch (move % 10)
        {
            case 0 or 1 when claim is null:
                await claims.SubmitAsync(new NewClaim(memberId, "nodejs", $"user_{who}"), None);
                break;
            case 2:
                await world.LeaveAsync(who);
                break;
            case 3:
                await world.JoinAsync(who);
                break;
            case 4 when claim is not null:
                await claims.RecordFailureAsync(claim.Ref, FailureCodes.PanelError, world.Time.GetUtcNow(), None);
                break;
            case 5:
                await world.Grace.ObserveAsync(true, None);
                world.Time.Pass(TimeSpan.FromHours(3));
                await world.Grace.ObserveAsync(true, None);
                break;
            case 6 when claim is { State: ClaimState.Failed }:
                await claims.RetryAsync(claim.Ref, None);
                break;
            case 7 when claim is not null:
                await DeleteStepAsync(world, claim, memberId);
                break;
            case 8 when claim is { DeletionHeld: true }:
                await claims.ResumeDeletionAsync(claim.Ref, None);
                break;
            default:
                await CreateStepAsync(claims, claim);
                break;
        }
    }

    private static async Task CreateStepAsync(IClaimService claims, Claim? claim)
    {
        switch (claim?.Step)
        {
            case CreationStep.Account when claim.PanelUsername is null:
                await claims.PlanAccountAsync(claim.Ref, claim.Username, "password", None);
                break;
            case CreationStep.Account:
                await claims.SaveAccountAsync(claim.Ref, 1, claim.Username, None);
                break;
            case CreationStep.Server:
                await claims.SaveServerAsync(claim.Ref, new PanelServerIds(1, "a", 1, 1, "127.0.0.1", 1), None);
                break;
            case CreationStep.Installation:
                await claims.SaveInstalledAsync(claim.Ref, None);
                break;
            case CreationStep.FinalCheck:
                await claims.MarkActiveAsync(claim.Ref, None);
                break;
        }
    }

    private static async Task DeleteStepAsync(World world, Claim claim, long memberId)
    {
        if (claim.DeletionStep != DeletionStep.Waiting)
        {
            await world.Claims.MarkDeletedAsync(claim.Ref, None);
            return;
        }
        var presence = await world.Roster.LastKnownAsync(memberId, None);
        var change = await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None); // even an overeager worker
        if (change.IsDone && claim.WasActive)
        {
            Assert.Equal(Presence.Absent, presence);
            Assert.True(claim.GraceObserved >= TimeSpan.FromHours(4));
        }
    }

    private static async Task CheckAsync(World world)
    {
        var all = await world.Claims.ListAsync(null, None);
        var work = (await world.Claims.ListWorkAsync(None)).Select(w => w.ClaimId).ToHashSet();
        Assert.All(all.Where(c => c.State != ClaimState.Deleted).GroupBy(c => c.MemberId), live => Assert.Single(live));
        foreach (var claim in all)
        {
            var goesOn = claim.State switch
            {
                ClaimState.Creating => work.Contains(claim.Id),
                ClaimState.Deleting => work.Contains(claim.Id) || claim.DeletionHeld || (claim.WasActive && claim.GraceObserved < TimeSpan.FromHours(4)) || await world.Breaker.CurrentAsync(None) is not null,
                _ => true, // active, deleted, or failed: tried again by the member or an operator
            };
            Assert.True(goesOn, $"{claim} is stranded");
            Assert.True(claim.State != ClaimState.Active || claim.WasActive);
            var versions = (await world.Claims.TimelineAsync(claim.Id, None)).Select(e => e.Version).ToList();
            Assert.Equal(versions.Distinct().Order(), versions);
        }
    }
}
