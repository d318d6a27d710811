using Microsoft.EntityFrameworkCore;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Alerts;

internal sealed class AlertOutbox(Ledger ledger, NoticeDesk desk, TimeProvider time) : IAlertOutbox
{
    public Task AddAsync(Alert alert, CancellationToken ct) => ledger.CommitAsync("alerts.add", db =>
    {
        desk.Alert(db, alert);
        return Task.FromResult(true);
    }, ct);

    public Task<IReadOnlyList<QueuedAlert>> LoadDueAsync(int max, CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<QueuedAlert>>(async db =>
    {
        var now = time.GetUtcNow();
        return await db.Alerts.Where(a => a.SentAt == null && a.NextAttempt <= now).OrderBy(a => a.Id).Take(max)
            .Select(a => new QueuedAlert(a.Id, new Alert(a.Code, a.Severity, a.Text, a.Subject), a.CreatedAt, a.Attempts)).ToListAsync(ct);
    }, ct);

    public Task MarkSentAsync(long id, CancellationToken ct) => ledger.CommitAsync("alerts.sent", async db =>
    {
        (await db.Alerts.FirstAsync(a => a.Id == id, ct)).SentAt ??= time.GetUtcNow();
        return true;
    }, ct);

    public Task PostponeAsync(long id, DateTimeOffset nextAttempt, CancellationToken ct) => ledger.CommitAsync("alerts.postpone", async db =>
    {
        var alert = await db.Alerts.FirstAsync(a => a.Id == id, ct);
        alert.NextAttempt = nextAttempt;
        alert.Attempts++;
        return true;
    }, ct);
}
