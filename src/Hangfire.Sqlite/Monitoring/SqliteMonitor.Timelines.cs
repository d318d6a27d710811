using System.Globalization;
using Hangfire.Sqlite.Database;

namespace Hangfire.Sqlite.Monitoring;

/// <summary>The graphs: counters that the core writes by day and by hour.</summary>
internal sealed partial class SqliteMonitor
{
    public override IDictionary<DateTime, long> SucceededByDatesCount() => ByDay("succeeded");

    public override IDictionary<DateTime, long> FailedByDatesCount() => ByDay("failed");

    public override IDictionary<DateTime, long> DeletedByDatesCount() => ByDay("deleted");

    public override IDictionary<DateTime, long> HourlySucceededJobs() => ByHour("succeeded");

    public override IDictionary<DateTime, long> HourlyFailedJobs() => ByHour("failed");

    public override IDictionary<DateTime, long> HourlyDeletedJobs() => ByHour("deleted");

    private Dictionary<DateTime, long> ByDay(string what)
    {
        var today = clock.GetUtcNow().UtcDateTime.Date;
        return Timeline(what, "yyyy-MM-dd", Enumerable.Range(0, 7).Select(days => today.AddDays(-days)));
    }

    private Dictionary<DateTime, long> ByHour(string what)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var hour = now.Date.AddHours(now.Hour);
        return Timeline(what, "yyyy-MM-dd-HH", Enumerable.Range(0, 24).Select(hours => hour.AddHours(-hours)));
    }

    private Dictionary<DateTime, long> Timeline(string what, string format, IEnumerable<DateTime> times) => readers.ReadSnapshot(session =>
        times.ToDictionary(
            time => time,
            time => session.Count("SELECT value FROM counter WHERE key = ?1", $"stats:{what}:{time.ToString(format, CultureInfo.InvariantCulture)}")));
}
