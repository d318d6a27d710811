using Shared.Claims;
using Shared.Membership;
using Shared.Operators;
using Shared.Ports;
using Shared.Reconcile;
using Shared.Tests.Support;

namespace Shared.Tests.Claims;

/// <summary>Commits that only an operator, a full panel or a webhook brings about, and that no sandbox story meets.</summary>
public class GuardTests
{
    private static readonly QuarantinedPort Port = new(7, 1, null, "seen bound");

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData("claims.retryElsewhere.before")]
    [InlineData("claims.retryElsewhere.after")]
    [InlineData("claims.queue.before")]
    [InlineData("claims.queue.after")]
    [InlineData("claims.holdDeletion.before")]
    [InlineData("claims.holdDeletion.after")]
    [InlineData("ports.quarantine.before")]
    [InlineData("ports.quarantine.after")]
    [InlineData("ports.release.before")]
    [InlineData("ports.release.after")]
    [InlineData("claims.restore.before")]
    [InlineData("claims.restore.after")]
    [InlineData("claims.recreate.before")]
    [InlineData("claims.recreate.after")]
    [InlineData("reconcile.save.before")]
    [InlineData("reconcile.save.after")]
    [InlineData("tokens.add.before")]
    [InlineData("tokens.add.after")]
    [InlineData("tokens.revoke.before")]
    [InlineData("tokens.revoke.after")]
    [InlineData("operators.pause.before")]
    [InlineData("operators.pause.after")]
    [InlineData("operators.protect.before")]
    [InlineData("operators.protect.after")]
    [InlineData("operators.audit.before")]
    [InlineData("operators.audit.after")]
    [InlineData("claims.upgrade.before")]
    [InlineData("claims.upgrade.after")]
    [InlineData("claims.extendGrace.before")]
    [InlineData("claims.extendGrace.after")]
    [InlineData("webhook.remember.before")]
    [InlineData("webhook.remember.after")]
    public async Task Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it(string point)
    {
        await using var world = await World.OpenAsync();
        var (act, isDone) = await PrepareAsync(world, point[..point.LastIndexOf('.')]);
        world.OnReach = name =>
        {
            if (name == point)
            {
                world.OnReach = null;
                throw new InvalidOperationException("killed");
            }
        };

        await Assert.ThrowsAsync<InvalidOperationException>(act);

        await using var next = world.Second(); // the next process
        Assert.Equal(point.EndsWith(".after", StringComparison.Ordinal), await isDone(next));
        await act();
        Assert.True(await isDone(next));
        Assert.True((await next.AlertCodesAsync()).GroupBy(code => code).All(codes => codes.Count() == 1));
    }

    [Fact]
    public async Task A_protected_member_loses_nothing_and_an_extended_grace_lasts_longer()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2);
        var claim = await world.ActiveAsync(await world.MemberAsync(1));
        await world.LeaveAsync(1);
        claim = (await world.Claims.FindAsync(claim.Id, None))!;
        await world.Grace.ObserveAsync(true, None);
        world.Time.Pass(TimeSpan.FromHours(4));
        await world.Grace.ObserveAsync(true, None);
        await using (var db = await world.DatabaseAsync())
        {
            db.Members.First(member => member.Id == claim.MemberId).IsProtected = true;
            await db.SaveChangesAsync(None);
        }

        Assert.Equal(ClaimOutcome.Frozen, (await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None)).Outcome);

        await using (var db = await world.DatabaseAsync())
        {
            db.Members.First(member => member.Id == claim.MemberId).IsProtected = false;
            db.Claims.First(row => row.Id == claim.Id).GraceExtraMs = (long)TimeSpan.FromHours(1).TotalMilliseconds;
            await db.SaveChangesAsync(None);
        }

        Assert.Empty(await world.Claims.ListWorkAsync(None));
        Assert.Equal(ClaimOutcome.NotDue, (await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None)).Outcome);
        world.Time.Pass(TimeSpan.FromHours(1));
        await world.Grace.ObserveAsync(true, None);
        Assert.True((await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None)).IsDone);
    }

    private static async Task<(Func<Task> Act, Func<World, Task<bool>> IsDone)> PrepareAsync(World world, string commit)
    {
        switch (commit)
        {
            case "claims.retryElsewhere":
                var installing = await world.InstallingAsync(await world.MemberAsync(1));
                var failed = World.Done(await world.Claims.FailAsync(installing.Ref, FailureCodes.InstallFailed, None));
                return (() => world.Claims.RetryElsewhereAsync(failed.Ref, None),
                    async now => await now.Claims.FindAsync(failed.Id, None) is { State: ClaimState.Creating, Step: CreationStep.Server, AvoidNodeId: 1, AllocationId: null } && (await now.Claims.ListLeasedAllocationsAsync(None)).Count == 0);

            case "claims.queue":
                var made = await world.SubmitAsync(await world.MemberAsync(1));
                made = World.Done(await world.Claims.SaveAccountAsync(made.Ref, 7, "budi_27", None));
                return (() => world.Claims.QueueAsync(made.Ref, FailureCodes.NodeFull, world.Time.GetUtcNow(), None),
                    async now => (await now.Claims.ListQueueAsync(None)).SingleOrDefault() is { ReasonCode: FailureCodes.NodeFull } && (await now.TextsAsync()).Count(text => text == "Queued") == 1);

            case "claims.holdDeletion":
                var doomed = await world.SubmitAsync(await world.MemberAsync(1));
                doomed = World.Done(await world.Claims.CleanUpFailedAsync(World.Done(await world.Claims.FailAsync(doomed.Ref, FailureCodes.PanelError, None)).Ref, None));
                return (() => world.Claims.HoldDeletionAsync(doomed.Ref, FailureCodes.Returned, None), async now => await now.Claims.FindAsync(doomed.Id, None) is { DeletionHeld: true, FailureCode: FailureCodes.Returned });

            case "ports.quarantine":
                return (() => world.Ports.AddAsync(Port, None), async now => (await now.Ports.ListAsync(None)).SequenceEqual([Port]) && (await now.Claims.ListLeasedAllocationsAsync(None)).Contains(7));

            case "ports.release":
                await world.Ports.AddAsync(Port, None);
                return (() => world.Ports.ReleaseAsync(7, None), async now => (await now.Ports.ListAsync(None)).Count == 0);

            case "claims.restore":
                var found = new RestoredClaim(new Guid("11111111-2222-4333-8444-555555555555"), World.Phone(3), "nodejs", "found", 7, new PanelServerIds(70, "abcd1234", 1, 100, "127.0.0.1", 30000), world.Time.GetUtcNow());
                return (() => world.Claims.RestoreAsync(found, None), async now => await now.Claims.FindAsync(found.Id, None) is { State: ClaimState.Active, WasActive: true } && (await now.Members.ListAsync(None)).Count == 1);

            case "claims.recreate":
                var ghost = await world.ActiveAsync(await world.MemberAsync(1));
                return (() => world.Claims.RecreateAsync(ghost.Ref, None), async now => await now.Claims.FindAsync(ghost.Id, None) is { State: ClaimState.Creating, Step: CreationStep.Account, PanelServerId: null });

            case "tokens.add":
                return (() => world.Tokens.AddAsync("ops", "hash-1", ["read"], None), async now => (await now.Tokens.ListAsync(None)).Count == 1);

            case "tokens.revoke":
                await world.Tokens.AddAsync("ops", "hash-1", ["read"], None);
                return (() => world.Tokens.RevokeAsync("ops", None), async now => await now.Tokens.FindAsync("hash-1", None) is null);

            case "operators.pause":
                return (() => world.Operators.PauseClaimsAsync(true, None), async now => await now.Operators.AreClaimsPausedAsync(None));

            case "operators.protect":
                var member = await world.MemberAsync(1);
                return (() => world.Operators.ProtectAsync(member.Id, true, None), async now => (await now.Members.FindAsync(member.Id, None))!.IsProtected);

            case "operators.audit":
                return (() => world.Operators.AuditAsync(new AuditLine(world.Time.GetUtcNow(), "ops", "retry", null, "Done"), None), async now => (await now.Operators.ListAuditAsync(9, None)).Count > 0);

            case "claims.upgrade":
                var small = await world.ActiveAsync(await world.MemberAsync(1));
                return (() => world.Operators.UpgradeAsync(small.Ref, 2048, null, null, None), async now => (await now.Claims.FindAsync(small.Id, None))!.MemoryMiB == 2048);

            case "claims.extendGrace":
                await world.ReadAsync(1, 2);
                var leaving = await world.ActiveAsync(await world.MemberAsync(1));
                await world.LeaveAsync(1);
                leaving = (await world.Claims.FindAsync(leaving.Id, None))!;
                return (() => world.Operators.ExtendGraceAsync(leaving.Ref, TimeSpan.FromHours(1), None), async now => (await now.Claims.FindAsync(leaving.Id, None))!.GraceExtra == TimeSpan.FromHours(1)); // the second try is stale, not a second hour

            case "reconcile.save":
                var report = new ReconcileReport(world.Time.GetUtcNow(), 1, 1, 1, [new Finding(FindingKind.Ghost, Guid.Empty, 7, "gone", "recreate")]);
                return (() => world.Reports.SaveAsync(report, None), async now => (await now.Reports.LastAsync(None))?.Findings.Count == 1 && (await now.AlertCodesAsync()).Count == 1);

            default:
                return (() => world.Nonces.TryRememberAsync("nonce-of-a-test-1", TimeSpan.FromMinutes(2), None), async now =>
                {
                    await using var db = await now.DatabaseAsync();
                    return db.WebhookNonces.Any();
                }
                );
        }
    }
}
