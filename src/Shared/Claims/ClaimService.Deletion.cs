using Microsoft.EntityFrameworkCore;
using Shared.Grace;
using Shared.Membership;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Claims;

internal sealed partial class ClaimService
{
    private static readonly TimeSpan ReadingLife = TimeSpan.FromSeconds(60);

    public Task<ClaimChange> BeginDeletionAsync(ClaimRef claim, PresenceReading reading, CancellationToken ct) =>
        ChangeAsync("beginDeletion", claim, c => c is { State: ClaimState.Deleting, DeletionHeld: false }, async (db, c) =>
        {
            if (await MustWaitAsync(db, c, ct))
            {
                return ClaimOutcome.Frozen;
            }
            if (c.DeletionStep != DeletionStep.Waiting)
            {
                return ClaimOutcome.Done;
            }
            if (!MayBeginDeletion(c))
            {
                return ClaimOutcome.NotDue;
            }
            if (c.WasActive && (!ProvesAbsence(reading) || await db.Presences.AnyAsync(p => p.MemberId == c.MemberId && p.IsPresent, ct)))
            {
                return ClaimOutcome.NotProvenAbsent;
            }
            c.FailureCode = null; // from here on it tells of the deletion
            GoOn(db, c, DeletionStep.Suspend, "beginDeletion");
            return ClaimOutcome.Done;
        }, ct);

    public Task<ClaimChange> SaveDeletionStepAsync(ClaimRef claim, DeletionStep next, CancellationToken ct) =>
        ChangeAsync("saveDeletionStep", claim, c => c.State == ClaimState.Deleting && c.DeletionStep != DeletionStep.Waiting && next > c.DeletionStep, async (db, c) =>
        {
            GoOn(db, c, next, "saveDeletionStep");
            return await MustWaitAsync(db, c, ct) ? ClaimOutcome.Frozen : ClaimOutcome.Done;
        }, ct);

    public Task<ClaimChange> SaveFoundAsync(ClaimRef claim, int? panelUserId, PanelServerIds? server, CancellationToken ct) =>
        ChangeAsync("saveFound", claim, c => c.State == ClaimState.Deleting, (db, c) =>
        {
            c.PanelUserId = panelUserId ?? c.PanelUserId;
            if (server is not null)
            {
                Keep(c, server);
                c.InstallStartedAt ??= time.GetUtcNow();
            }
            changes.Record(db, c, "saveFound");
        }, ct);

    public Task<ClaimChange> MarkDeletedAsync(ClaimRef claim, CancellationToken ct) =>
        ChangeAsync("markDeleted", claim, c => c.State == ClaimState.Deleting && c.DeletionStep != DeletionStep.Waiting, async (db, c) =>
        {
            ClaimChanges.MoveTo(c, ClaimState.Deleted);
            ClaimChanges.ForgetTrouble(c);
            (c.ProtectedPassword, c.DeletedAt, c.DeletionHeld) = (null, time.GetUtcNow(), false);
            changes.Record(db, c, "markDeleted");
            await db.Leases.Where(l => l.ClaimId == c.Id).ExecuteDeleteAsync(ct);
            await CallNextAsync(db, ct);
            foreach (var credentials in await NoticeDesk.Credentials(db, c.Id).ToListAsync(ct))
            {
                desk.TakeBack(db, credentials, "withdrawn"); // they open nothing any more
            }
            var group = await db.Groups.OrderBy(g => g.Jid).Select(g => g.Subject).FirstOrDefaultAsync(ct) ?? "";
            await desk.TellAsync(db, c.MemberId, c.Id, c.WasActive ? new Notice.ServerDeleted(c.Username, group, rules.GracePeriod) : new Notice.CleanedUp(c.Username), ct);
            return ClaimOutcome.Done;
        }, ct);

    public Task<ClaimChange> HoldDeletionAsync(ClaimRef claim, string failureCode, CancellationToken ct) =>
        ChangeAsync("holdDeletion", claim, c => c is { State: ClaimState.Deleting, DeletionHeld: false }, (db, c) =>
        {
            c.FailureCode = failureCode;
            Hold(db, c, failureCode);
        }, ct);

    public Task<ClaimChange> ResumeDeletionAsync(ClaimRef claim, CancellationToken ct) =>
        ChangeAsync("resumeDeletion", claim, c => c is { State: ClaimState.Deleting, DeletionHeld: true }, (db, c) =>
        {
            (c.DeletionHeld, c.DeletionConfirmed) = (false, true);
            ClaimChanges.ForgetTrouble(c);
            changes.Record(db, c, "resumeDeletion");
        }, ct);

    public Task<ClaimChange> CleanUpFailedAsync(ClaimRef claim, CancellationToken ct) =>
        ChangeAsync("cleanUpFailed", claim, c => c.State == ClaimState.Failed, changes.CleanUp, ct);

    /// <summary>Decision 6: a roster asked for within a minute. One from the future is no better: the clock was set back since.</summary>
    private bool ProvesAbsence(PresenceReading reading) =>
        reading.Presence == Presence.Absent && time.GetUtcNow() - reading.AskedAt is var age && age >= TimeSpan.Zero && age <= ReadingLife;

    /// <summary>Frozen for all, the member under an operator's protection, or two live claims turned out to be one person's: a human decides first.</summary>
    private static async Task<bool> MustWaitAsync(WaBotDatabase db, Claim claim, CancellationToken ct) =>
        await DeletionBreaker.ReadAsync(db, ct) is not null
        || await db.Members.AnyAsync(m => (m.Id == claim.MemberId && (m.ConflictsWithId != null || m.IsProtected)) || m.ConflictsWithId == claim.MemberId, ct);

    private void GoOn(WaBotDatabase db, Claim claim, DeletionStep step, string kind)
    {
        claim.DeletionStep = step;
        ClaimChanges.ForgetTrouble(claim);
        changes.Record(db, claim, kind, step.ToString());
    }
}
