namespace Hangfire.Sqlite;

/// <summary>How the job storage behaves. The defaults suit one process with some hundred jobs per second.</summary>
public sealed record SqliteStorageOptions
{
    /// <summary>What an acknowledged job survives. <see cref="SqliteDurability.Full"/> unless set.</summary>
    public SqliteDurability Durability { get; init; } = SqliteDurability.Full;

    /// <summary>
    /// A claim that nobody holds any more is given back after this time; a held one is extended every fifth of it, so a job may
    /// run as long as it likes. Claims of a dead process do not wait for it. 5 min unless set; at least 1 s.
    /// </summary>
    public TimeSpan ClaimTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often expired rows are deleted. 1 h unless set; at least 1 s.</summary>
    public TimeSpan ExpirationInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Rows deleted in one commit, so that no job waits long for the writer. 200 unless set; 1 to 10,000.</summary>
    public int ExpirationBatchSize { get; init; } = 200;

    /// <summary>The clock of every stored time. The system's unless set. Waits for locks and queues run on the system's timer.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <exception cref="ArgumentException">Names every value out of range.</exception>
    internal void Validate()
    {
        var faults = new List<string>();
        if (!Enum.IsDefined(Durability))
        {
            faults.Add($"{nameof(Durability)} is not a known level");
        }

        if (ClaimTimeout < TimeSpan.FromSeconds(1))
        {
            faults.Add($"{nameof(ClaimTimeout)} is under 1 s");
        }

        if (ExpirationInterval < TimeSpan.FromSeconds(1))
        {
            faults.Add($"{nameof(ExpirationInterval)} is under 1 s");
        }

        if (ExpirationBatchSize is < 1 or > 10_000)
        {
            faults.Add($"{nameof(ExpirationBatchSize)} is not 1 to 10,000");
        }

        if (TimeProvider is null)
        {
            faults.Add($"{nameof(TimeProvider)} is missing");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"Job storage options: {string.Join("; ", faults)}.");
        }
    }
}
