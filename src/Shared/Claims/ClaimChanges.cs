using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Notices;
using Shared.Options;
using Shared.Persistence;

namespace Shared.Claims;

/// <summary>Moves of a claim inside a transaction of somebody else's: what claims, turns and the roster have in common.</summary>
internal sealed class ClaimChanges(NoticeDesk desk, ClaimsOptions rules, PanelOptions panel, TimeProvider time)
{
    public static Task<Claim?> LiveAsync(WaBotDatabase db, long memberId, CancellationToken ct) =>
        db.Claims.FirstOrDefaultAsync(c => c.MemberId == memberId && c.State != ClaimState.Deleted, ct);

    /// <summary>A server that stands in the way of a new claim: the member's own claim, else the one the same account still has under its number before.</summary>
    public static async Task<Claim?> StandingAsync(WaBotDatabase db, long memberId, CancellationToken ct)
    {
        if (await LiveAsync(db, memberId, ct) is { } own)
        {
            return own;
        }
        var seen = new HashSet<long>();
        for (var at = await FormerAsync(db, memberId, ct); at is { } former && seen.Add(former); at = await FormerAsync(db, former, ct))
        {
            if (await LiveAsync(db, former, ct) is { State: not ClaimState.Failed } theirs) // a failed one gave nobody a server
            {
                return theirs;
            }
        }
        return null;
    }

    private static Task<long?> FormerAsync(WaBotDatabase db, long memberId, CancellationToken ct) =>
        db.Members.Where(m => m.Id == memberId).Select(m => m.FormerMemberId).FirstOrDefaultAsync(ct);

    public async Task<SubmitResult> SubmitAsync(WaBotDatabase db, NewClaim request, Guid id, CancellationToken ct)
    {
        if (await StandingAsync(db, request.MemberId, ct) is { } live)
        {
            return new SubmitResult(SubmitOutcome.HasOne, live);
        }
        if (await Operators.OperatorDesk.ArePausedAsync(db, ct))
        {
            return new SubmitResult(SubmitOutcome.Paused, null);
        }
        if (await db.Claims.AnyAsync(c => c.Username == request.Username && c.State != ClaimState.Deleted, ct))
        {
            return new SubmitResult(SubmitOutcome.UsernameTaken, null);
        }
        var member = await db.Members.FirstAsync(m => m.Id == request.MemberId, ct);
        var claim = new Claim
        {
            Id = id,
            MemberId = member.Id,
            WaJid = member.WaJid,
            State = ClaimState.Creating,
            Step = CreationStep.Account,
            Template = request.Template,
            Username = request.Username,
            CreatedAt = time.GetUtcNow(),
        };
        db.Claims.Add(claim);
        Record(db, claim, "submit");
        return new SubmitResult(SubmitOutcome.Accepted, claim);
    }

    public void Retry(WaBotDatabase db, Claim claim)
    {
        MoveTo(claim, ClaimState.Creating); // the failure's code stays until the server is saved: it says what to do with what stands there
        if (claim.Step > CreationStep.Server)
        {
            // The server is looked at again before it is waited for: one that failed to install is made anew, with a fresh limit.
            (claim.Step, claim.InstallStartedAt) = (CreationStep.Server, null);
        }
        ForgetTrouble(claim);
        Record(db, claim, "retry");
    }

    public async Task FailAsync(WaBotDatabase db, Claim claim, string failureCode, CancellationToken ct)
    {
        MoveTo(claim, ClaimState.Failed);
        ForgetTrouble(claim);
        claim.FailureCode = failureCode;
        Record(db, claim, "fail", failureCode);
        await desk.TellAsync(db, claim.MemberId, claim.Id, new Notice.CreationFailed(claim.Username, Reference(claim), failureCode), ct);
        desk.Alert(db, new Alert(AlertCodes.ClaimFailed, AlertSeverity.Warning, $"Claim {Reference(claim)} failed at step {(int)claim.Step} ({claim.Step}): {failureCode}.", claim.Id.ToString()));
        if (rules.CleanUpOnFailure)
        {
            CleanUp(db, claim);
        }
    }

    public void CleanUp(WaBotDatabase db, Claim claim)
    {
        MoveTo(claim, ClaimState.Deleting);
        claim.DeletionRequestedAt = time.GetUtcNow();
        ForgetTrouble(claim);
        Record(db, claim, "cleanUpFailed");
    }

    /// <summary>The member is in no target group any more.</summary>
    public async Task LeftAsync(WaBotDatabase db, long memberId, string? groupName, CancellationToken ct)
    {
        if (await LiveAsync(db, memberId, ct) is not { State: ClaimState.Active or ClaimState.Creating } claim)
        {
            return; // none, in grace already, or failed: kept for the operator
        }
        var wasActive = claim.State == ClaimState.Active;
        MoveTo(claim, ClaimState.Deleting);
        claim.DeletionRequestedAt = time.GetUtcNow();
        (claim.GraceObservedMs, claim.GraceExtraMs, claim.DeletionConfirmed) = (0, 0, false);
        ForgetTrouble(claim);
        Notice notice;
        if (wasActive)
        {
            claim.DeadlineTold = Deadline(claim);
            notice = new Notice.GraceStarted(claim.Username, groupName ?? "", PanelUrl, claim.DeadlineTold.Value, rules.GracePeriod);
        }
        else
        {
            notice = new Notice.LeftWhileCreating(claim.Username);
        }
        Record(db, claim, "left");
        await desk.TellAsync(db, memberId, claim.Id, notice, ct);
    }

    /// <summary>The member is in a target group again.</summary>
    public async Task ReturnedAsync(WaBotDatabase db, long memberId, CancellationToken ct)
    {
        if (await LiveAsync(db, memberId, ct) is not { State: ClaimState.Deleting } claim || !ClaimLifecycle.Allows(claim, ClaimState.Active))
        {
            return;
        }
        MoveTo(claim, ClaimState.Active);
        (claim.DeletionRequestedAt, claim.DeadlineTold, claim.GraceObservedMs, claim.GraceExtraMs) = (null, null, 0, 0);
        ForgetTrouble(claim);
        Record(db, claim, "returned");
        await desk.TellAsync(db, memberId, claim.Id, new Notice.GraceCancelled(claim.Username), ct);
    }

    /// <summary>When the grace of this claim ends if everything goes on being observed.</summary>
    public DateTimeOffset Deadline(Claim claim) => time.GetUtcNow() + rules.GracePeriod + claim.GraceExtra - claim.GraceObserved;

    public string PanelUrl => panel.BaseAddress?.ToString().TrimEnd('/') ?? "";

    /// <summary>The short code members and operators quote.</summary>
    public static string Reference(Claim claim) => claim.Id.ToString("N")[..8];

    public static void MoveTo(Claim claim, ClaimState next)
    {
        if (!ClaimLifecycle.Allows(claim, next))
        {
            throw new InvalidOperationException($"Claim {claim.Id} cannot go from {claim.State} to {next}.");
        }
        claim.State = next;
    }

    /// <summary>A new line of history and with it a new version; every change ends here.</summary>
    public void Record(WaBotDatabase db, Claim claim, string kind, string? detail = null)
    {
        Touch(claim);
        db.ClaimEvents.Add(new ClaimEvent { ClaimId = claim.Id, At = claim.ChangedAt, Kind = kind, State = claim.State, Step = claim.Step, Version = claim.Version, Detail = detail });
    }

    public void Touch(Claim claim)
    {
        claim.Version++;
        claim.ChangedAt = time.GetUtcNow();
    }

    /// <summary>A new step or direction starts with a clean slate.</summary>
    public static void ForgetTrouble(Claim claim) => (claim.FailedAttempts, claim.NotBefore, claim.WaitingSince) = (0, null, null);
}
