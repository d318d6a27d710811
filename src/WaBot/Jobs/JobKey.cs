using Hangfire;
using Hangfire.Storage;
using Shared.Jobs;

namespace WaBot.Jobs;

/// <summary>
/// The natural key of one claim's work, "create-claim:ID" or "delete-server:ID", held while somebody decides about it. It names the
/// one job that may do this work; any other job of the same work ends at once. Kept in the job storage, so it lives as long as the jobs do.
/// </summary>
internal sealed class JobKey : IDisposable
{
    private const string JobField = "job";
    private const string AgainField = "again";

    /// <summary>Holders only read and write rows; one that takes longer than this is stuck.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly IStorageConnection connection;
    private readonly IDisposable held;
    private readonly string name;
    private readonly Dictionary<string, string> fields;

    private JobKey(IStorageConnection connection, string name)
    {
        this.connection = connection;
        this.name = name;
        held = connection.AcquireDistributedLock(name, Patience);
        fields = connection.GetAllEntriesFromHash(name) ?? [];
    }

    /// <summary>The job that does this work; null when there is none.</summary>
    public string? JobId => fields.GetValueOrDefault(JobField);

    /// <summary>Somebody asked for this work while the job was at it.</summary>
    public bool IsWantedAgain => fields.ContainsKey(AgainField);

    /// <summary>Waits until nobody else holds the key.</summary>
    /// <exception cref="DistributedLockTimeoutException">Held by somebody else for 15 s.</exception>
    public static JobKey Take(JobStorage storage, ClaimJob job, Guid claimId)
    {
        var connection = storage.GetConnection();
        try
        {
            return new JobKey(connection, $"{Name(job)}:{claimId:D}");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The name of the job's state; null when the storage does not know the job any more.</summary>
    public string? StateOf(string jobId) => connection.GetStateData(jobId)?.Name;

    public void Give(string jobId) => Write(write =>
    {
        write.RemoveHash(name);
        write.SetRangeInHash(name, [new(JobField, jobId)]);
    });

    public void WantAgain() => Write(write => write.SetRangeInHash(name, [new(AgainField, "1")]));

    public void Clear() => Write(write => write.RemoveHash(name));

    public void Dispose()
    {
        held.Dispose();
        connection.Dispose();
    }

    private static string Name(ClaimJob job) => job switch
    {
        ClaimJob.Create => "create-claim",
        ClaimJob.Delete => "delete-server",
        _ => throw new ArgumentOutOfRangeException(nameof(job), job, "No natural key is known for this job."),
    };

    private void Write(Action<IWriteOnlyTransaction> change)
    {
        using var write = connection.CreateWriteTransaction();
        change(write);
        write.Commit();
    }
}
