using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Reconcile;

internal sealed class ReconcileReports(Ledger ledger, NoticeDesk desk) : IReconcileReports
{
    private const string Key = "reconcile.report";

    public Task<ReconcileReport?> LastAsync(CancellationToken ct) => ledger.ReadAsync(async db =>
        await db.Settings.Where(s => s.Key == Key).Select(s => s.Value).FirstOrDefaultAsync(ct) is { } json ? JsonSerializer.Deserialize(json, ReportJson.Default.ReconcileReport) : null, ct);

    public Task SaveAsync(ReconcileReport report, CancellationToken ct) => ledger.CommitAsync("reconcile.save", async db =>
    {
        var row = await db.Settings.FirstOrDefaultAsync(s => s.Key == Key, ct);
        var before = row is null ? null : JsonSerializer.Deserialize(row.Value, ReportJson.Default.ReconcileReport);
        var json = JsonSerializer.Serialize(report, ReportJson.Default.ReconcileReport);
        if (row is null)
        {
            db.Settings.Add(new SettingRow { Key = Key, Value = json });
        }
        else
        {
            row.Value = json;
        }
        if (report.Findings.Count > 0 && !report.Findings.ToHashSet().SetEquals(before?.Findings ?? []))
        {
            var kinds = report.Findings.GroupBy(finding => finding.Kind).Select(group => $"{group.Count()} {group.Key}");
            desk.Alert(db, new Alert(AlertCodes.PanelDiffers, AlertSeverity.Warning,
                $"Panel and table differ: {string.Join(", ", kinds)}. Nothing was changed; the report says what could be done.", "reconcile"));
        }
        return true;
    }, ct);
}

[JsonSerializable(typeof(ReconcileReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
internal sealed partial class ReportJson : JsonSerializerContext;
