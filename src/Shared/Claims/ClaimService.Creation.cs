using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Claims;

internal sealed partial class ClaimService
{
    public Task<SubmitResult> SubmitAsync(NewClaim request, CancellationToken ct) => ledger.CommitAsync("claims.submit", async db =>
    {
        var result = await changes.SubmitAsync(db, request, NewClaimId(random), ct);
        if (result is { Outcome: SubmitOutcome.Accepted, Claim: { } claim })
        {
            await desk.TellAsync(db, claim.MemberId, claim.Id, new Notice.CreationStarted(claim.Username), ct);
        }
        return result;
    }, ct);

    public Task<ClaimChange> RetryAsync(ClaimRef claim, CancellationToken ct) =>
        ChangeAsync("retry", claim, c => c.State == ClaimState.Failed, changes.Retry, ct);

    public Task<ClaimChange> RetryElsewhereAsync(ClaimRef claim, CancellationToken ct) =>
        ChangeAsync("retryElsewhere", claim, c => c.State == ClaimState.Failed, async (db, c) =>
        {
            c.AvoidNodeId = c.NodeId ?? c.AvoidNodeId;
            await GiveUpPlaceAsync(db, c, ct);
            changes.Retry(db, c);
            return ClaimOutcome.Done;
        }, ct);

    public Task<ClaimChange> PlanAccountAsync(ClaimRef claim, string panelUsername, string password, CancellationToken ct) =>
        ChangeAsync("planAccount", claim, c => c.State == ClaimState.Creating, (db, c) =>
        {
            c.PanelUsername = panelUsername;
            c.ProtectedPassword = secrets.Protect(Encoding.UTF8.GetBytes(password), PasswordPurpose(c.Id));
            changes.Record(db, c, "planAccount");
        }, ct);

    public Task<ClaimChange> SaveAccountAsync(ClaimRef claim, int panelUserId, string panelUsername, CancellationToken ct) =>
        ChangeAsync("saveAccount", claim, c => c is { State: ClaimState.Creating, Step: CreationStep.Account }, (db, c) =>
        {
            (c.PanelUserId, c.PanelUsername) = (panelUserId, panelUsername);
            GoOn(db, c, CreationStep.Server, "saveAccount", $"user {panelUserId.ToString(CultureInfo.InvariantCulture)}");
        }, ct);

    public Task<ClaimChange> LeaseAllocationAsync(ClaimRef claim, int nodeId, int allocationId, string address, int port, CancellationToken ct) =>
        ChangeAsync("leaseAllocation", claim, c => c is { State: ClaimState.Creating, Step: CreationStep.Server }, async (db, c) =>
        {
            var held = await db.Leases.FirstOrDefaultAsync(l => l.AllocationId == allocationId, ct);
            if (held is not null && held.ClaimId != c.Id)
            {
                return ClaimOutcome.NotAllowed;
            }
            if (held is null)
            {
                await db.Leases.Where(l => l.ClaimId == c.Id).ExecuteDeleteAsync(ct);
                db.Leases.Add(new AllocationLeaseRow { AllocationId = allocationId, ClaimId = c.Id, NodeId = nodeId, LeasedAt = time.GetUtcNow() });
            }
            (c.NodeId, c.AllocationId, c.Address, c.Port) = (nodeId, allocationId, address, port);
            changes.Record(db, c, "leaseAllocation", $"node {nodeId.ToString(CultureInfo.InvariantCulture)}, allocation {allocationId.ToString(CultureInfo.InvariantCulture)}");
            return ClaimOutcome.Done;
        }, ct);

    public Task<IReadOnlySet<int>> ListLeasedAllocationsAsync(CancellationToken ct) => ledger.ReadAsync<IReadOnlySet<int>>(async db =>
        await db.Leases.Select(l => l.AllocationId).Concat(db.Quarantines.Select(q => q.AllocationId)).ToHashSetAsync(ct), ct);

    public Task<ClaimChange> SaveServerAsync(ClaimRef claim, PanelServerIds server, CancellationToken ct) =>
        ChangeAsync("saveServer", claim, c => c is { State: ClaimState.Creating, Step: CreationStep.Server }, async (db, c) =>
        {
            Keep(c, server);
            (c.QueuedAt, c.FailureCode) = (null, null);
            c.InstallStartedAt ??= time.GetUtcNow();
            GoOn(db, c, CreationStep.Installation, "saveServer", $"server {server.ServerId.ToString(CultureInfo.InvariantCulture)}");
            await desk.TellAsync(db, c.MemberId, c.Id, new Notice.StepReached(c.Username, CreationStep.Installation), ct);
            return ClaimOutcome.Done;
        }, ct);

    public Task<ClaimChange> SaveInstalledAsync(ClaimRef claim, CancellationToken ct) =>
        ChangeAsync("saveInstalled", claim, c => c is { State: ClaimState.Creating, Step: CreationStep.Installation },
            (db, c) => GoOn(db, c, CreationStep.FinalCheck, "saveInstalled"), ct);

    public Task<ClaimChange> MarkActiveAsync(ClaimRef claim, CancellationToken ct) =>
        ChangeAsync("markActive", claim, c => ClaimLifecycle.Allows(c, ClaimState.Active) && c is { State: ClaimState.Creating, ProtectedPassword: not null, PanelUsername: not null }, async (db, c) =>
        {
            var password = Encoding.UTF8.GetString(secrets.Unprotect(c.ProtectedPassword ?? [], PasswordPurpose(c.Id)));
            ClaimChanges.MoveTo(c, ClaimState.Active);
            (c.WasActive, c.ActiveAt, c.ProtectedPassword, c.FailureCode) = (true, time.GetUtcNow(), null, null);
            ClaimChanges.ForgetTrouble(c);
            changes.Record(db, c, "markActive");
            await desk.TellAsync(db, c.MemberId, c.Id, new Notice.ServerReady(changes.PanelUrl, c.Username, c.PanelUsername ?? c.Username, password), ct);
            return ClaimOutcome.Done;
        }, ct);

    public Task<ClaimChange> RecordFailureAsync(ClaimRef claim, string failureCode, DateTimeOffset retryAt, CancellationToken ct) =>
        ChangeAsync("recordFailure", claim, c => c.State is ClaimState.Creating or ClaimState.Deleting, async (db, c) =>
        {
            c.FailedAttempts++;
            c.FailureCode = failureCode;
            c.WaitingSince = null; // it answered
            if (c.FailedAttempts < rules.Attempts)
            {
                c.NotBefore = retryAt;
                changes.Record(db, c, "recordFailure", failureCode);
            }
            else if (c.State == ClaimState.Creating)
            {
                await changes.FailAsync(db, c, failureCode, ct);
            }
            else
            {
                Hold(db, c, failureCode);
            }
            return ClaimOutcome.Done;
        }, ct);

    public Task<ClaimChange> DeferAsync(ClaimRef claim, DateTimeOffset until, bool tellMember, CancellationToken ct) =>
        ChangeAsync("defer", claim, c => c.State is ClaimState.Creating or ClaimState.Deleting, async (db, c) =>
        {
            c.NotBefore = until;
            if (!tellMember)
            {
                changes.Touch(c);
                return ClaimOutcome.Done;
            }
            c.WaitingSince ??= time.GetUtcNow();
            if (c.State == ClaimState.Creating && time.GetUtcNow() - c.WaitingSince > rules.LongestWait)
            {
                await changes.FailAsync(db, c, FailureCodes.WaitedTooLong, ct);
                return ClaimOutcome.Done;
            }
            if (c.State == ClaimState.Creating && !c.WaitingTold)
            {
                c.WaitingTold = true;
                changes.Record(db, c, "defer", "told");
                await desk.TellAsync(db, c.MemberId, c.Id, new Notice.WaitingForPanel(c.Username), ct);
                return ClaimOutcome.Done;
            }
            changes.Touch(c);
            return ClaimOutcome.Done;
        }, ct);

    public Task<ClaimChange> FailAsync(ClaimRef claim, string failureCode, CancellationToken ct) =>
        ChangeAsync("fail", claim, c => c.State == ClaimState.Creating, async (db, c) =>
        {
            await changes.FailAsync(db, c, failureCode, ct);
            return ClaimOutcome.Done;
        }, ct);

    internal static Guid NewClaimId(Chance.IRandomBytes random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40); // RFC 9562, version 4
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private void GoOn(WaBotDatabase db, Claim claim, CreationStep step, string kind, string? detail = null)
    {
        claim.Step = step;
        ClaimChanges.ForgetTrouble(claim);
        changes.Record(db, claim, kind, detail);
    }

    private static void Keep(Claim claim, PanelServerIds server) =>
        (claim.PanelServerId, claim.ServerIdentifier, claim.NodeId, claim.AllocationId, claim.Address, claim.Port) =
        (server.ServerId, server.Identifier, server.NodeId, server.AllocationId, server.Address, server.Port);

    private void Hold(WaBotDatabase db, Claim claim, string failureCode)
    {
        claim.DeletionHeld = true;
        changes.Record(db, claim, "hold", failureCode);
        desk.Alert(db, new Alert(AlertCodes.DeletionHeld, AlertSeverity.Critical,
            $"Deletion of claim {ClaimChanges.Reference(claim)} stopped at {claim.DeletionStep} ({failureCode}) and waits for an operator.", claim.Id.ToString()));
    }
}
