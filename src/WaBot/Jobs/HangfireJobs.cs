using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Shared.Jobs;

namespace WaBot.Jobs;

/// <summary>Our view of the job platform on Hangfire. One live job per claim and kind.</summary>
internal sealed class HangfireJobs(IBackgroundJobClient client, JobStorage storage, LiveJobs live) : IBackgroundJobs
{
    public string Enqueue(ClaimJob job, Guid claimId)
    {
        if (live.Find(job, claimId, wantAgain: true) is { } known)
        {
            if (known.IsRunning)
            {
                return known.JobId; // it runs once more when it is done
            }
            if (IsComing(known.JobId))
            {
                return known.JobId;
            }
        }
        return Create(job, claimId, new EnqueuedState());
    }

    public string Schedule(ClaimJob job, Guid claimId, TimeSpan delay) => Create(job, claimId, new ScheduledState(delay));

    public bool Cancel(string jobId)
    {
        var cancelled = client.ChangeState(jobId, new DeletedState(), ScheduledState.StateName) || client.ChangeState(jobId, new DeletedState(), EnqueuedState.StateName);
        if (cancelled)
        {
            live.Forget(jobId);
        }
        return cancelled;
    }

    private string Create(ClaimJob job, Guid claimId, IState state)
    {
        var call = new Job(typeof(ClaimJobRunner), typeof(ClaimJobRunner).GetMethod(nameof(ClaimJobRunner.RunAsync)), job, claimId, CancellationToken.None);
        live.Waits(job, claimId, ""); // before a worker can begin it
        var id = client.Create(call, state);
        live.Named(job, claimId, id);
        return id;
    }

    /// <summary>Pulls a waiting job to the front. False when there is nothing left of it, so that a new one is needed.</summary>
    private bool IsComing(string jobId)
    {
        if (jobId.Length == 0 || client.ChangeState(jobId, new EnqueuedState(), ScheduledState.StateName))
        {
            return true;
        }
        using var connection = storage.GetConnection();
        return connection.GetStateData(jobId)?.Name is { } state && (state == EnqueuedState.StateName || state == ProcessingState.StateName);
    }
}
