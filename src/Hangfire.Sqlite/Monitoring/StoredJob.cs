using System.Globalization;
using Hangfire.Common;
using Hangfire.Sqlite.Database;
using Hangfire.Storage;

namespace Hangfire.Sqlite.Monitoring;

/// <summary>A job with its current state, as every list of the dashboard shows it.</summary>
internal sealed class StoredJob
{
    public const string Columns = "j.id, j.invocation, j.state_name, s.reason, s.created_at, s.data";
    public const string Source = "job j LEFT JOIN job_state s ON s.job_id = j.id AND s.number = j.state_number";

    public StoredJob(SqlRow row)
    {
        Id = JobTable.Text(row.Long(0));
        (Job, Invocation, LoadException) = JobTable.Load(row.Text(1));
        State = row.TextOrNull(2);
        Reason = row.TextOrNull(3);
        StateAt = row.TimeOrNull(4);
        Data = StateText.Read(row.TextOrNull(5));
    }

    public string Id { get; }

    public Job? Job { get; }

    public InvocationData? Invocation { get; }

    public JobLoadException? LoadException { get; }

    public string? State { get; }

    public string? Reason { get; }

    public DateTime? StateAt { get; }

    public Dictionary<string, string> Data { get; }

    public bool Is(string state) => string.Equals(State, state, StringComparison.OrdinalIgnoreCase);

    public string? Text(string name) => Data.GetValueOrDefault(name);

    public DateTime? Time(string name) => JobHelper.DeserializeNullableDateTime(Text(name));

    public long? Number(string name) => long.TryParse(Text(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
