using Microsoft.EntityFrameworkCore;
using Shared.Claims;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Operators;

internal sealed class OperatorDesk(Ledger ledger, ClaimChanges changes, NoticeDesk desk) : IOperatorDesk
{
    private const string Paused = "claims.paused";

    public Task PauseClaimsAsync(bool paused, CancellationToken ct) => ledger.CommitAsync("operators.pause", async db =>
    {
        var row = await db.Settings.FirstOrDefaultAsync(s => s.Key == Paused, ct);
        if (paused && row is null)
        {
            db.Settings.Add(new SettingRow { Key = Paused, Value = "1" });
        }
        else if (!paused && row is not null)
        {
            db.Settings.Remove(row);
        }
        return true;
    }, ct);

    public Task<bool> AreClaimsPausedAsync(CancellationToken ct) => ledger.ReadAsync(db => ArePausedAsync(db, ct), ct);

    public static Task<bool> ArePausedAsync(WaBotDatabase db, CancellationToken ct) => db.Settings.AnyAsync(s => s.Key == Paused, ct);

    public Task<ClaimChange> UpgradeAsync(ClaimRef claim, int? memoryMiB, int? diskMiB, int? cpuPercent, CancellationToken ct) =>
        ChangeAsync("claims.upgrade", claim, c => c.State is ClaimState.Active or ClaimState.Failed, (db, c) =>
        {
            (c.MemoryMiB, c.DiskMiB, c.CpuPercent) = (memoryMiB ?? c.MemoryMiB, diskMiB ?? c.DiskMiB, cpuPercent ?? c.CpuPercent);
            changes.Record(db, c, "upgrade", $"memory {c.MemoryMiB}, disk {c.DiskMiB}, cpu {c.CpuPercent}");
            return Task.CompletedTask;
        }, ct);

    public Task<ClaimChange> ExtendGraceAsync(ClaimRef claim, TimeSpan by, CancellationToken ct) =>
        ChangeAsync("claims.extendGrace", claim, c => c is { State: ClaimState.Deleting, WasActive: true, DeletionStep: DeletionStep.Waiting } && by > TimeSpan.Zero, async (db, c) =>
        {
            c.GraceExtraMs += (long)by.TotalMilliseconds;
            var deadline = changes.Deadline(c);
            c.DeadlineTold = deadline;
            changes.Record(db, c, "extendGrace", by.ToString("c"));
            await desk.TellAsync(db, c.MemberId, c.Id, new Notice.GraceExtended(c.Username, deadline), ct);
        }, ct);

    public Task<bool> ProtectAsync(long memberId, bool isProtected, CancellationToken ct) => ledger.CommitAsync("operators.protect", async db =>
    {
        var member = await db.Members.FirstOrDefaultAsync(m => m.Id == memberId, ct);
        member?.IsProtected = isProtected;
        return member is not null;
    }, ct);

    public Task AuditAsync(AuditLine line, CancellationToken ct) => ledger.CommitAsync("operators.audit", db =>
    {
        db.Audit.Add(new AuditRow { At = line.At, Actor = line.Actor, Action = line.Action, Subject = line.Subject, Outcome = line.Outcome });
        return Task.FromResult(true);
    }, ct);

    public Task<IReadOnlyList<AuditLine>> ListAuditAsync(int newest, CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<AuditLine>>(async db =>
        await db.Audit.OrderByDescending(a => a.Id).Take(newest).Select(a => new AuditLine(a.At, a.Actor, a.Action, a.Subject, a.Outcome)).ToListAsync(ct), ct);

    private Task<ClaimChange> ChangeAsync(string operation, ClaimRef from, Func<Claim, bool> allowed, Func<WaBotDatabase, Claim, Task> change, CancellationToken ct) => ledger.CommitAsync(operation, async db =>
    {
        var claim = await db.Claims.FirstOrDefaultAsync(c => c.Id == from.Id, ct);
        if (claim is null || claim.Version != from.Version || !allowed(claim))
        {
            return new ClaimChange(claim is null ? ClaimOutcome.NotFound : claim.Version != from.Version ? ClaimOutcome.Stale : ClaimOutcome.NotAllowed, claim);
        }
        await change(db, claim);
        return new ClaimChange(ClaimOutcome.Done, claim);
    }, ct);
}
