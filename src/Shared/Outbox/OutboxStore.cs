using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Claims;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Outbox;

internal sealed class OutboxStore(Ledger ledger, NoticeDesk desk, TimeProvider time) : IOutbox
{
    private static readonly TimeSpan SecretLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan ReminderAfter = TimeSpan.FromMinutes(30);
    private const string Reminded = "credentialsReminder";

    public Task<IReadOnlyList<OutboxMessage>> LoadDueAsync(int max, CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<OutboxMessage>>(async db =>
    {
        var now = time.GetUtcNow();
        var due = new List<OutboxMessage>();
        var blocked = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in db.Outbox.Where(r => r.State == OutboxState.Queued).OrderBy(r => r.Id).AsAsyncEnumerable().WithCancellation(ct))
        {
            // One unsent row holds back the later ones of its chat, so that answers keep their order.
            if (!blocked.Add(row.Chat) || row.NextAttempt > now)
            {
                continue;
            }
            due.Add(new OutboxMessage(row.Id, row.MessageId, row.Kind, row.Chat, desk.Read(row),
                row is { QuoteId: { } id, QuoteSender: { } sender } ? new Quote(id, sender, row.QuoteText ?? "") : null, row.Revokes, row.Attempts));
            if (due.Count == max)
            {
                break;
            }
        }
        return due;
    }, ct);

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken ct) => ledger.ReadAsync(db =>
        db.Outbox.Where(r => r.State == OutboxState.Queued).MinAsync(r => (DateTimeOffset?)r.NextAttempt, ct), ct);

    public Task MarkSentAsync(string messageId, DateTimeOffset serverTime, CancellationToken ct) => ChangeAsync("outbox.sent", messageId, (db, row) =>
    {
        if (row.State == OutboxState.Queued)
        {
            (row.State, row.SentAt) = (OutboxState.Sent, serverTime);
        }
        else if (row is { State: OutboxState.Failed, IsSecret: true, SentAt: null })
        {
            // Withdrawn while it was on the wire: it can be seen, so it has to be revoked.
            (row.State, row.SentAt) = (OutboxState.Sent, serverTime);
            desk.TakeBack(db, row, "withdrawn");
        }
        return Task.CompletedTask;
    }, ct);

    public Task PostponeAsync(string messageId, DateTimeOffset nextAttempt, CancellationToken ct) => ChangeAsync("outbox.postpone", messageId, (_, row) =>
    {
        row.NextAttempt = nextAttempt;
        row.Attempts++;
        return Task.CompletedTask;
    }, ct);

    public Task MarkFailedAsync(string messageId, string code, CancellationToken ct) => ChangeAsync("outbox.failed", messageId, (_, row) =>
    {
        if (row.State == OutboxState.Queued)
        {
            (row.State, row.FailureCode, row.ProtectedText) = (OutboxState.Failed, code, null);
        }
        return Task.CompletedTask;
    }, ct);

    public Task<bool> MarkReceiptAsync(string messageId, OutboxState state, long? inboxId, CancellationToken ct) => ledger.CommitAsync("outbox.receipt", async db =>
    {
        if (inboxId is { } id)
        {
            (await db.Inbox.FirstAsync(r => r.Id == id, ct)).DoneAt ??= time.GetUtcNow();
        }
        var row = await db.Outbox.FirstOrDefaultAsync(r => r.MessageId == messageId, ct);
        if (row is null)
        {
            return false;
        }
        if (state is OutboxState.Delivered or OutboxState.Read && row.State != OutboxState.Failed)
        {
            // A receipt also proves the sending whose acknowledgement was lost.
            var now = time.GetUtcNow();
            row.SentAt ??= now;
            row.DeliveredAt ??= now;
            row.ReadAt ??= state == OutboxState.Read ? now : null;
            row.State = state > row.State ? state : row.State;
            row.ProtectedText = null;
        }
        return true;
    }, ct);

    public Task<int> SweepSecretsAsync(CancellationToken ct) => ledger.CommitAsync("outbox.sweep", async db =>
    {
        var limit = time.GetUtcNow() - SecretLife;
        var old = await NoticeDesk.Credentials(db, claimId: null).Where(r => r.CreatedAt < limit).ToListAsync(ct);
        foreach (var row in old)
        {
            if (row.State == OutboxState.Queued)
            {
                desk.Alert(db, new Alert(AlertCodes.CredentialsExpired, AlertSeverity.Warning,
                    "Credentials could not be delivered within 24 hours and were erased; the member needs a new password.", row.ClaimId?.ToString()));
            }
            desk.TakeBack(db, row, "expired");
        }
        return old.Count + await RemindAsync(db, ct);
    }, ct);

    private async Task<int> RemindAsync(WaBotDatabase db, CancellationToken ct)
    {
        var (early, late) = (time.GetUtcNow() - ReminderAfter, time.GetUtcNow() - SecretLife);
        var waiting = await (
            from row in NoticeDesk.Credentials(db, null)
            join claim in db.Claims on row.ClaimId equals claim.Id
            where row.SentAt != null && row.SentAt <= early && row.CreatedAt <= early && row.CreatedAt >= late && claim.State == ClaimState.Active
                && !db.ClaimEvents.Any(e => e.ClaimId == claim.Id && e.Kind == Reminded && e.At >= row.CreatedAt)
            select claim).Distinct().ToListAsync(ct);
        foreach (var claim in waiting)
        {
            // A line of history, but no new version: nothing was decided about the claim.
            db.ClaimEvents.Add(new ClaimEvent { ClaimId = claim.Id, At = time.GetUtcNow(), Kind = Reminded, State = claim.State, Step = claim.Step, Version = claim.Version });
            await desk.TellAsync(db, claim.MemberId, claim.Id, new Notice.CredentialsReminder(claim.Username), ct);
        }
        return waiting.Count;
    }

    private Task<bool> ChangeAsync(string operation, string messageId, Func<WaBotDatabase, OutboxRow, Task> change, CancellationToken ct) => ledger.CommitAsync(operation, async db =>
    {
        if (await db.Outbox.FirstOrDefaultAsync(r => r.MessageId == messageId, ct) is { } row)
        {
            await change(db, row);
        }
        return true;
    }, ct);
}
