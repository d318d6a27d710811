using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Grace;

internal sealed class DeletionBreaker(Ledger ledger, NoticeDesk desk, TimeProvider time) : IDeletionBreaker
{
    private const string Key = "deletions.frozen";

    public Task<Freeze?> CurrentAsync(CancellationToken ct) => ledger.ReadAsync(db => ReadAsync(db, ct), ct);

    public Task FreezeAsync(FreezeReason reason, string detail, CancellationToken ct) => ledger.CommitAsync("breaker.freeze", async db =>
    {
        await FreezeAsync(db, desk, new Freeze(reason, detail, time.GetUtcNow()), ct);
        return true;
    }, ct);

    public Task<bool> UnfreezeAsync(string operatorName, CancellationToken ct) => ledger.CommitAsync("breaker.unfreeze", async db =>
    {
        if (await db.Settings.FirstOrDefaultAsync(s => s.Key == Key, ct) is not { } row)
        {
            return false;
        }
        db.Settings.Remove(row);
        desk.Alert(db, new Alert(AlertCodes.DeletionsFrozen, AlertSeverity.Info, $"Deletions go on again, released by {operatorName}.", "released"));
        return true;
    }, ct);

    /// <summary>The freeze that stands, inside any transaction.</summary>
    public static async Task<Freeze?> ReadAsync(WaBotDatabase db, CancellationToken ct)
    {
        if (await db.Settings.FirstOrDefaultAsync(s => s.Key == Key, ct) is not { } row)
        {
            return null;
        }
        var parts = row.Value.Split('|', 3);
        return new Freeze(
            Enum.Parse<FreezeReason>(parts[0]),
            parts[2],
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[1], CultureInfo.InvariantCulture)));
    }

    /// <summary>Freezes inside the transaction of whoever noticed.</summary>
    public static async Task FreezeAsync(WaBotDatabase db, NoticeDesk desk, Freeze freeze, CancellationToken ct)
    {
        if (await db.Settings.AnyAsync(s => s.Key == Key, ct))
        {
            return;
        }
        db.Settings.Add(new SettingRow { Key = Key, Value = string.Create(CultureInfo.InvariantCulture, $"{freeze.Reason}|{freeze.Since.ToUnixTimeMilliseconds()}|{freeze.Detail}") });
        desk.Alert(db, new Alert(AlertCodes.DeletionsFrozen, AlertSeverity.Critical, $"Deletions are frozen until an operator releases them: {freeze.Detail}", freeze.Reason.ToString()));
    }
}
