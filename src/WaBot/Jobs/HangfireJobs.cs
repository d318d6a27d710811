using Hangfire;
using Hangfire.Common;
using Hangfire.Server;
using Hangfire.States;
using Shared.Jobs;

namespace WaBot.Jobs;

/// <summary>Our view of the job platform on Hangfire: one job per claim and kind, found by its natural key, in this life of the process or a later one.</summary>
internal sealed class HangfireJobs(IBackgroundJobClient client, JobStorage storage) : IBackgroundJobs
{
    /// <inheritdoc />
    public string Enqueue(ClaimJob job, Guid claimId) => Now(job, claimId, whileRunning: key => key.WantAgain());

    /// <summary>As <see cref="Enqueue"/>, but a job that is at it already is enough.</summary>
    public string Offer(ClaimJob job, Guid claimId) => Now(job, claimId, whileRunning: _ => { });

    /// <inheritdoc />
    public string Schedule(ClaimJob job, Guid claimId, TimeSpan delay)
    {
        using var key = JobKey.Take(storage, job, claimId);
        return Create(key, job, claimId, new ScheduledState(delay));
    }

    /// <inheritdoc />
    public bool Cancel(string jobId) =>
        client.ChangeState(jobId, new DeletedState(), ScheduledState.StateName) || client.ChangeState(jobId, new DeletedState(), EnqueuedState.StateName);

    /// <summary>Whether this job is the one that may do the work. One that was replaced, or died before its key was written, is not.</summary>
    public bool MayRun(ClaimJob job, Guid claimId, string jobId)
    {
        using var key = JobKey.Take(storage, job, claimId);
        return key.JobId == jobId;
    }

    /// <summary>The run is over: makes the job of the next step, or none when the work is done and nobody asked for it meanwhile.</summary>
    public void Finish(ClaimJob job, Guid claimId, string jobId, NextStep next)
    {
        using var key = JobKey.Take(storage, job, claimId);
        if (key.JobId != jobId)
        {
            return; // replaced while it ran: the other one goes on
        }
        if (key.IsWantedAgain || next is NextStep.After { Delay: var delay } && delay <= TimeSpan.Zero)
        {
            Create(key, job, claimId, new EnqueuedState());
        }
        else if (next is NextStep.After after)
        {
            Create(key, job, claimId, new ScheduledState(after.Delay));
        }
        else
        {
            key.Clear();
        }
    }

    private string Now(ClaimJob job, Guid claimId, Action<JobKey> whileRunning)
    {
        using var key = JobKey.Take(storage, job, claimId);
        if (key.JobId is { } known)
        {
            if (client.ChangeState(known, new EnqueuedState(), ScheduledState.StateName))
            {
                return known; // it waited and is pulled to the front
            }
            var state = key.StateOf(known);
            if (state == ProcessingState.StateName)
            {
                whileRunning(key);
            }
            if (state == ProcessingState.StateName || state == EnqueuedState.StateName)
            {
                return known;
            }
        }
        return Create(key, job, claimId, new EnqueuedState());
    }

    /// <summary>The key is held until it names the job, so that a fast worker does not take its own job for a stranger.</summary>
    private string Create(JobKey key, ClaimJob job, Guid claimId, IState state)
    {
        PerformContext? given = null; // Hangfire puts in its own, and its own token
        var call = new Job(typeof(ClaimJobRunner), typeof(ClaimJobRunner).GetMethod(nameof(ClaimJobRunner.RunAsync)), job, claimId, given, CancellationToken.None);
        var id = client.Create(call, state);
        key.Give(id);
        return id;
    }
}
