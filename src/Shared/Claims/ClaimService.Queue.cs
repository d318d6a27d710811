using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Claims;

internal sealed partial class ClaimService
{
    public Task<ClaimChange> QueueAsync(ClaimRef claim, string reasonCode, DateTimeOffset until, CancellationToken ct) =>
        ChangeAsync("queue", claim, c => c is { State: ClaimState.Creating, Step: CreationStep.Server }, async (db, c) =>
        {
            var now = time.GetUtcNow();
            if (c.QueuedAt is { } since)
            {
                if (now - since > rules.LongestWait)
                {
                    await changes.FailAsync(db, c, reasonCode, ct);
                    return ClaimOutcome.Done;
                }
                (c.NotBefore, c.FailureCode) = (until, reasonCode);
                changes.Touch(c);
                return ClaimOutcome.Done;
            }
            (c.QueuedAt, c.NotBefore, c.FailureCode) = (now, until, reasonCode);
            await GiveUpPlaceAsync(db, c, ct);
            changes.Record(db, c, "queue", reasonCode);
            await db.SaveChangesAsync(ct); // the line is read below
            var position = await ClaimQueue.PositionAsync(db, c.Id, ct) ?? 1;
            await desk.TellAsync(db, c.MemberId, c.Id, new Notice.Queued(c.Username, position, reasonCode), ct);
            desk.Alert(db, new Alert(AlertCodes.CapacityFull, AlertSeverity.Warning,
                $"Claim {ClaimChanges.Reference(c)} waits for a place ({reasonCode}); {position} in line. Add capacity or free a place.", "capacity"));
            return ClaimOutcome.Done;
        }, ct);

    public Task<IReadOnlyList<QueuedClaim>> ListQueueAsync(CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<QueuedClaim>>(async db =>
        [.. (await ClaimQueue.Waiting(db).ToListAsync(ct)).Select(c => new QueuedClaim(c.Id, c.QueuedAt ?? c.CreatedAt, c.FailureCode ?? FailureCodes.NodeFull))], ct);

    /// <summary>A place may have become free: the head of the line need not wait for its next look.</summary>
    private async Task CallNextAsync(WaBotDatabase db, CancellationToken ct)
    {
        if (await ClaimQueue.Waiting(db).FirstOrDefaultAsync(ct) is { } head)
        {
            head.NotBefore = null;
            changes.Touch(head);
        }
    }

    private static async Task GiveUpPlaceAsync(WaBotDatabase db, Claim claim, CancellationToken ct)
    {
        await db.Leases.Where(l => l.ClaimId == claim.Id).ExecuteDeleteAsync(ct);
        (claim.NodeId, claim.AllocationId, claim.Address, claim.Port) = (null, null, null, null);
    }
}
