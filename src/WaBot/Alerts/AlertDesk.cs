using Shared.Alerts;
using WaBot.Hosting;

namespace WaBot.Alerts;

/// <summary>Takes an alert: it is stored durably, and sent when a channel answers.</summary>
internal sealed partial class AlertDesk(IAlertOutbox outbox, Bells bells, ILogger<AlertDesk> logger) : IAlerts
{
    public async Task RaiseAsync(Alert alert, CancellationToken ct)
    {
        Log.Raised(logger, alert.Severity, alert.Code, alert.Text);
        await outbox.AddAsync(alert, ct);
        bells.Alerts.Ring();
    }

    private static partial class Log
    {
        [LoggerMessage(3601, LogLevel.Warning, "Alert ({Severity}, {Code}): {Text}")]
        public static partial void Raised(ILogger logger, AlertSeverity severity, string code, string text);
    }
}
