using Microsoft.EntityFrameworkCore;
using Shared.Claims;
using Shared.Notices;
using Shared.Options;
using Shared.Persistence;

namespace Shared.Grace;

internal sealed class GraceKeeper(Ledger ledger, ClaimChanges changes, NoticeDesk desk, ClaimsOptions rules, TimeProvider time) : IGraceKeeper, IDisposable
{
    /// <summary>Wall and monotonic clock may part by this much between two looks before it counts as a jump.</summary>
    private static readonly TimeSpan JumpLimit = TimeSpan.FromMinutes(2);

    /// <summary>A deadline that moved by less is not worth a message.</summary>
    private static readonly TimeSpan WorthTelling = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LastHour = TimeSpan.FromHours(1);
    private const string LastHourTold = "lastHour";

    private readonly SemaphoreSlim turn = new(1, 1);
    private Look? last;

    public async Task ObserveAsync(bool loggedInFromNowOn, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            var now = new Look(time.GetTimestamp(), time.GetUtcNow(), loggedInFromNowOn);
            var elapsed = last is null ? TimeSpan.Zero : time.GetElapsedTime(last.Stamp, now.Stamp);
            var jump = last is null ? TimeSpan.Zero : now.Wall - last.Wall - elapsed;
            var observed = last is { LoggedIn: true } ? elapsed : TimeSpan.Zero;
            var wholeMilliseconds = (long)observed.TotalMilliseconds;
            if (wholeMilliseconds > 0 || jump.Duration() > JumpLimit)
            {
                await StoreAsync(wholeMilliseconds, jump, now.Wall, ct);
            }
            last = now; // only once it is stored: a failed write is made up for by the next look
        }
        finally
        {
            turn.Release();
        }
    }

    public Task<int> AnnounceExtensionsAsync(CancellationToken ct) => ledger.CommitAsync("grace.announce", async db =>
    {
        if (await DeletionBreaker.ReadAsync(db, ct) is not null)
        {
            return 0;
        }
        var told = 0;
        foreach (var claim in await InGrace(db).ToListAsync(ct))
        {
            var deadline = changes.Deadline(claim);
            if (claim.DeadlineTold is { } known && deadline - known <= WorthTelling)
            {
                continue;
            }
            claim.DeadlineTold = deadline;
            changes.Record(db, claim, "extended");
            await desk.TellAsync(db, claim.MemberId, claim.Id, new Notice.GraceExtended(claim.Username, deadline), ct);
            told++;
        }
        return told;
    }, ct);

    public async Task<int> AnnounceLastHoursAsync(CancellationToken ct)
    {
        if (rules.GracePeriod <= LastHour || !await ledger.ReadAsync(db => LastHours(db).AnyAsync(ct), ct))
        {
            return 0; // the usual case costs one read and no commit
        }
        return await ledger.CommitAsync("grace.announce", async db =>
        {
            if (await DeletionBreaker.ReadAsync(db, ct) is not null)
            {
                return 0;
            }
            var ending = await LastHours(db).ToListAsync(ct);
            foreach (var claim in ending)
            {
                var deadline = changes.Deadline(claim);
                claim.DeadlineTold = deadline;
                changes.Record(db, claim, LastHourTold);
                await desk.TellAsync(db, claim.MemberId, claim.Id, new Notice.GraceLastHour(claim.Username, deadline), ct);
            }
            return ending.Count;
        }, ct);
    }

    public void Dispose() => turn.Dispose();

    private IQueryable<Claim> LastHours(WaBotDatabase db)
    {
        var (from, to) = ((long)(rules.GracePeriod - LastHour).TotalMilliseconds, (long)rules.GracePeriod.TotalMilliseconds);
        return InGrace(db).Where(c => c.GraceObservedMs - c.GraceExtraMs >= from && c.GraceObservedMs - c.GraceExtraMs < to
            && !db.ClaimEvents.Any(e => e.ClaimId == c.Id && e.Kind == LastHourTold && e.At >= c.DeletionRequestedAt));
    }

    private Task<bool> StoreAsync(long observedMilliseconds, TimeSpan jump, DateTimeOffset now, CancellationToken ct) => ledger.CommitAsync("grace.observe", async db =>
    {
        if (jump.Duration() > JumpLimit)
        {
            await DeletionBreaker.FreezeAsync(db, desk, new Freeze(FreezeReason.ClockJump, $"the wall clock jumped by {TimeSpan.FromSeconds(Math.Round(jump.TotalSeconds)):c} (h:min:s).", now), ct);
        }
        // One statement for all rows; the version stays, for nothing was decided.
        await InGrace(db).ExecuteUpdateAsync(set => set.SetProperty(c => c.GraceObservedMs, c => c.GraceObservedMs + observedMilliseconds), ct);
        return true;
    }, ct);

    private static IQueryable<Claim> InGrace(WaBotDatabase db) =>
        db.Claims.Where(c => c.State == ClaimState.Deleting && c.WasActive && c.DeletionStep == DeletionStep.Waiting);

    private sealed record Look(long Stamp, DateTimeOffset Wall, bool LoggedIn);
}
