using Shared.Jobs;

namespace WaBot.Jobs;

/// <summary>Which claims have a job of ours that is not done. Lives as long as the jobs' own storage: both are gone after a restart.</summary>
internal sealed class LiveJobs
{
    private readonly Dictionary<(ClaimJob Job, Guid Claim), Entry> entries = [];
    private readonly Lock gate = new();

    private enum Phase
    {
        Waiting,
        Running,
        RunningAndWantedAgain,
    }

    public int Count
    {
        get
        {
            lock (gate)
            {
                return entries.Count;
            }
        }
    }

    /// <summary>The job id of a waiting job; the running one is told to run once more and gives an id too. Null when there is none.</summary>
    public (string JobId, bool IsRunning)? Find(ClaimJob job, Guid claim, bool wantAgain)
    {
        lock (gate)
        {
            if (!entries.TryGetValue((job, claim), out var entry))
            {
                return null;
            }
            if (wantAgain && entry.Phase == Phase.Running)
            {
                entries[(job, claim)] = entry with { Phase = Phase.RunningAndWantedAgain };
            }
            return (entry.JobId, entry.Phase != Phase.Waiting);
        }
    }

    public void Waits(ClaimJob job, Guid claim, string jobId)
    {
        lock (gate)
        {
            entries[(job, claim)] = new Entry(jobId, Phase.Waiting);
        }
    }

    /// <summary>The id of the job just made, unless a worker has it already.</summary>
    public void Named(ClaimJob job, Guid claim, string jobId)
    {
        lock (gate)
        {
            if (entries.TryGetValue((job, claim), out var entry) && entry is { JobId: "", Phase: Phase.Waiting })
            {
                entries[(job, claim)] = entry with { JobId = jobId };
            }
        }
    }

    /// <summary>False when a run of the same claim's job is on already: one is enough.</summary>
    public bool Begins(ClaimJob job, Guid claim, string jobId)
    {
        lock (gate)
        {
            if (entries.TryGetValue((job, claim), out var entry) && entry.Phase != Phase.Waiting)
            {
                entries[(job, claim)] = entry with { Phase = Phase.RunningAndWantedAgain };
                return false;
            }
            entries[(job, claim)] = new Entry(jobId, Phase.Running);
            return true;
        }
    }

    /// <summary>The run is over. True when somebody wanted another meanwhile.</summary>
    public bool Ends(ClaimJob job, Guid claim)
    {
        lock (gate)
        {
            return entries.Remove((job, claim), out var entry) && entry.Phase == Phase.RunningAndWantedAgain;
        }
    }

    public void Forget(string jobId)
    {
        lock (gate)
        {
            foreach (var key in entries.Where(e => e.Value.JobId == jobId && e.Value.Phase == Phase.Waiting).Select(e => e.Key).ToList())
            {
                entries.Remove(key);
            }
        }
    }

    private sealed record Entry(string JobId, Phase Phase);
}
