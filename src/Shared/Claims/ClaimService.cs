using System.Text;
using Microsoft.EntityFrameworkCore;
using Shared.Chance;
using Shared.Grace;
using Shared.Jobs;
using Shared.Notices;
using Shared.Options;
using Shared.Persistence;
using Shared.Secrets;

namespace Shared.Claims;

/// <summary>Reading claims, and the frame every change runs in; creation and deletion stand in their own files.</summary>
internal sealed partial class ClaimService(
    Ledger ledger, ClaimChanges changes, NoticeDesk desk, ISecretProtector secrets, IRandomBytes random, ClaimsOptions rules, GroupOptions groups, TimeProvider time) : IClaimService
{
    public Task<Claim?> FindAsync(Guid claimId, CancellationToken ct) =>
        ledger.ReadAsync(db => db.Claims.FirstOrDefaultAsync(c => c.Id == claimId, ct), ct);

    public Task<Claim?> FindLiveAsync(long memberId, CancellationToken ct) =>
        ledger.ReadAsync(db => ClaimChanges.LiveAsync(db, memberId, ct), ct);

    public Task<IReadOnlyList<Claim>> ListAsync(ClaimState? state, CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<Claim>>(async db =>
        await db.Claims.Where(c => state == null || c.State == state).OrderByDescending(c => c.CreatedAt).ToListAsync(ct), ct);

    public Task<IReadOnlyList<ClaimEvent>> TimelineAsync(Guid claimId, CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<ClaimEvent>>(async db =>
        await db.ClaimEvents.Where(e => e.ClaimId == claimId).OrderBy(e => e.Id).ToListAsync(ct), ct);

    public Task<IReadOnlyList<ClaimWork>> ListWorkAsync(CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<ClaimWork>>(async db =>
    {
        var now = time.GetUtcNow();
        var frozen = await DeletionBreaker.ReadAsync(db, ct) is not null;
        var open = await db.Claims.Where(c => (c.State == ClaimState.Creating || c.State == ClaimState.Deleting) && (c.NotBefore == null || c.NotBefore <= now))
            .OrderBy(c => c.ChangedAt).ToListAsync(ct);
        return [.. from claim in open
                   where claim.State == ClaimState.Creating || (!frozen && !claim.DeletionHeld && MayBeginDeletion(claim))
                   select new ClaimWork(claim.State == ClaimState.Creating ? ClaimJob.Create : ClaimJob.Delete, claim.Id)];
    }, ct);

    public Task<string?> ReadPasswordAsync(Guid claimId, CancellationToken ct) => ledger.ReadAsync(async db =>
    {
        var cipher = await db.Claims.Where(c => c.Id == claimId).Select(c => c.ProtectedPassword).FirstOrDefaultAsync(ct);
        return cipher is null ? null : Encoding.UTF8.GetString(secrets.Unprotect(cipher, PasswordPurpose(claimId)));
    }, ct);

    private bool MayBeginDeletion(Claim claim) =>
        claim.DeletionStep != DeletionStep.Waiting || !claim.WasActive || claim.GraceObserved >= rules.GracePeriod + claim.GraceExtra;

    /// <summary>One change: the row must be at the version named and in a state the operation is for.</summary>
    private Task<ClaimChange> ChangeAsync(string operation, ClaimRef from, Func<Claim, bool> allowed, Func<WaBotDatabase, Claim, Task<ClaimOutcome>> change, CancellationToken ct) =>
        ledger.CommitAsync("claims." + operation, async db =>
        {
            var claim = await db.Claims.FirstOrDefaultAsync(c => c.Id == from.Id, ct);
            if (claim is null)
            {
                return new ClaimChange(ClaimOutcome.NotFound, null);
            }
            if (claim.Version != from.Version)
            {
                return new ClaimChange(ClaimOutcome.Stale, claim);
            }
            return new ClaimChange(allowed(claim) ? await change(db, claim) : ClaimOutcome.NotAllowed, claim);
        }, ct);

    private Task<ClaimChange> ChangeAsync(string operation, ClaimRef from, Func<Claim, bool> allowed, Action<WaBotDatabase, Claim> change, CancellationToken ct) =>
        ChangeAsync(operation, from, allowed, (db, claim) =>
        {
            change(db, claim);
            return Task.FromResult(ClaimOutcome.Done);
        }, ct);

    private static string PasswordPurpose(Guid claimId) => "claim-password:" + claimId;
}
