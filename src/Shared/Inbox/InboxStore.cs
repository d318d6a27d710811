using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Inbox;

internal sealed class InboxStore(Ledger ledger, NoticeDesk desk, TimeProvider time) : IInbox
{
    private const int Attempts = 3;

    public Task<bool> StoreAsync(InboundItem item, CancellationToken ct) => ledger.CommitAsync("inbox.store", async db =>
    {
        var digest = Digest(item);
        if (await db.Inbox.AnyAsync(r => (item.MessageId != null && r.Chat == item.Chat && r.MessageId == item.MessageId)
            || (r.Position == item.Position && r.Digest == digest), ct))
        {
            return false;
        }
        db.Inbox.Add(new InboxRow
        {
            Position = item.Position,
            Digest = digest,
            Kind = item.Kind,
            Chat = item.Chat,
            MessageId = item.MessageId,
            At = item.At,
            Payload = item.Payload,
            StoredAt = time.GetUtcNow(),
        });
        return true;
    }, ct);

    public Task<IReadOnlyList<OpenInboundItem>> LoadOpenAsync(int max, CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<OpenInboundItem>>(async db =>
        await db.Inbox.Where(r => r.DoneAt == null && !r.SetAside).OrderBy(r => r.Id).Take(max)
            .Select(r => new OpenInboundItem(r.Id, new InboundItem(r.Position, r.Kind, r.Chat, r.MessageId, r.At, r.Payload), r.Attempts)).ToListAsync(ct), ct);

    public Task MarkDoneAsync(long id, CancellationToken ct) => ledger.CommitAsync("inbox.done", async db =>
    {
        (await db.Inbox.FirstAsync(r => r.Id == id, ct)).DoneAt ??= time.GetUtcNow();
        return true;
    }, ct);

    public Task<bool> BeginAttemptAsync(long id, CancellationToken ct) => ledger.CommitAsync("inbox.attempt", async db =>
    {
        var row = await db.Inbox.FirstAsync(r => r.Id == id, ct);
        if (row.SetAside || row.DoneAt is not null)
        {
            return false;
        }
        if (row.Attempts >= Attempts)
        {
            row.SetAside = true;
            desk.Alert(db, new Alert(AlertCodes.PoisonMessage, AlertSeverity.Critical,
                $"An inbound event could not be handled in {Attempts} attempts and was set aside.", row.Id.ToString(CultureInfo.InvariantCulture)));
            return false;
        }
        row.Attempts++;
        return true;
    }, ct);

    public Task<int> PurgeAsync(DateTimeOffset before, CancellationToken ct) => ledger.CommitAsync("inbox.purge", db =>
        db.Inbox.Where(r => r.DoneAt != null && r.DoneAt < before).ExecuteDeleteAsync(ct), ct);

    private static string Digest(InboundItem item) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', (int)item.Kind, item.Chat, item.MessageId, item.At.ToUnixTimeMilliseconds(), item.Payload))));
}
