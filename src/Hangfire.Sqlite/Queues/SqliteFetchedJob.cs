using Hangfire.Storage;

namespace Hangfire.Sqlite.Queues;

/// <summary>A claim on a queue row. Neither removed nor requeued when disposed means requeued.</summary>
internal sealed class SqliteFetchedJob(JobQueues queues, Claim claim) : IFetchedJob
{
    private int _settled;

    public string JobId { get; } = claim.JobId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public Claim Claim => claim;

    /// <summary>Set by the commit that carried the removal.</summary>
    public void MarkRemoved()
    {
        Volatile.Write(ref _settled, 1);
        queues.Forget(claim);
    }

    /// <summary>Does nothing when the removal was part of a transaction, or when the claim was lost meanwhile.</summary>
    public void RemoveFromQueue()
    {
        if (Volatile.Read(ref _settled) == 0)
        {
            queues.Remove(claim);
            MarkRemoved();
        }
    }

    public void Requeue()
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            queues.Forget(claim);
            queues.Requeue(claim);
        }
    }

    public void Dispose()
    {
        try
        {
            Requeue();
        }
        catch (ObjectDisposedException)
        {
            // The storage closed first; the next start of the file frees the row.
        }
    }
}
