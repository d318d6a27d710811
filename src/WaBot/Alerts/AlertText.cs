using System.Text;
using Shared.Alerts;

namespace WaBot.Alerts;

/// <summary>What an operator reads.</summary>
internal static class AlertText
{
    /// <summary>Discord takes 2000 characters.</summary>
    public const int Longest = 1900;

    public static string Of(IReadOnlyList<Alert> alerts)
    {
        if (alerts.Count == 1)
        {
            return Cut(Line(alerts[0]));
        }
        var text = new StringBuilder($"{alerts.Count} alerts at once:");
        foreach (var group in alerts.GroupBy(a => a.Code).OrderByDescending(g => g.Max(a => a.Severity)))
        {
            text.Append('\n').Append(group.Count()).Append(" × ").Append(Line(group.First()));
        }
        return Cut(text.ToString());
    }

    private static string Line(Alert alert) =>
        $"{Sign(alert.Severity)} WaBot: {alert.Text}{(alert.Subject is null ? "" : $" ({alert.Code}, {alert.Subject})")}";

    private static string Sign(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Critical => "🔴",
        AlertSeverity.Warning => "🟠",
        _ => "🟢",
    };

    private static string Cut(string text) => text.Length <= Longest ? text : text[..Longest] + "…";
}
