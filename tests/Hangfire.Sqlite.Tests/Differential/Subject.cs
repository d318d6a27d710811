using System.Text.Json;
using Hangfire.Storage;
using Hangfire.Storage.Monitoring;

namespace Hangfire.Sqlite.Tests.Differential;

/// <summary>A storage under comparison. Jobs are called by the order they were made in, for ids differ between storages.</summary>
internal sealed class Subject(JobStorage storage) : IDisposable
{
    private readonly List<string> _ids = [];

    public JobStorageConnection Connection { get; } = (JobStorageConnection)storage.GetConnection();

    public JobStorageMonitor Monitor { get; } = (JobStorageMonitor)storage.GetMonitoringApi();

    public List<(IFetchedJob Job, string Queue)> Fetched { get; } = [];

    /// <summary>Removed by the transaction under way.</summary>
    public HashSet<IFetchedJob> Acknowledged { get; } = [];

    public int Jobs => _ids.Count;

    public void Made(string id) => _ids.Add(id);

    /// <summary>The id of the n-th job; one that never was for a negative number.</summary>
    public string Id(int number) => number switch
    {
        -1 => "999999999",
        -2 => "not-a-number",
        _ => _ids[number],
    };

    public string Name(string? id) => id is null ? "none" : "#" + _ids.IndexOf(id);

    /// <summary>What a worker does after an acknowledging commit: removes again, then disposes.</summary>
    public void EndAcknowledged()
    {
        foreach (var job in Acknowledged)
        {
            job.RemoveFromQueue();
            job.Dispose();
        }

        Fetched.RemoveAll(fetched => Acknowledged.Contains(fetched.Job));
    }

    public static string Show(object? answer) => JsonSerializer.Serialize(answer);

    public static string Hours(DateTime? time) => time is { } at ? Round(at - DateTime.UtcNow) : "never";

    /// <summary>Without expiry any negative span will do.</summary>
    public static string Hours(TimeSpan span) => span < TimeSpan.Zero ? "none" : Round(span);

    public static string Pairs(IEnumerable<KeyValuePair<string, string>>? pairs) =>
        pairs is null ? "null" : string.Join(';', pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value ?? "null"}"));

    private static string Round(TimeSpan span) => ((int)Math.Round(span.TotalHours)).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public string List<T>(JobList<T> list, Func<T, string> show) =>
        string.Join(" | ", list.Select(entry => $"{Name(entry.Key)} {(entry.Value is null ? "gone" : show(entry.Value))}"));

    public void Dispose()
    {
        Connection.Dispose();
        (storage as IDisposable)?.Dispose();
    }
}
