using Shared.Jobs;
using WaBot.Hosting;

namespace WaBot.Jobs;

/// <summary>What Hangfire runs: short steps of one claim, one after the other while they say so; a wait becomes a scheduled job, never a sleeping one.</summary>
internal sealed partial class ClaimJobRunner(IEnumerable<IClaimWorker> workers, IBackgroundJobs jobs, LiveJobs live, Bells bells, ILogger<ClaimJobRunner> logger)
{
    /// <summary>After this many steps in one go other claims get their turn.</summary>
    private const int StepsInOneGo = 20;

    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(15);

    public async Task RunAsync(ClaimJob job, Guid claimId, CancellationToken cancellationToken)
    {
        if (!live.Begins(job, claimId, ""))
        {
            return;
        }
        NextStep next;
        try
        {
            next = await StepsAsync(job, claimId, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            live.Ends(job, claimId);
            return; // the host stops; the row says what is to be done after the next start
        }
        catch (Exception fault)
        {
            Log.StepFailed(logger, fault, job, claimId);
            next = new NextStep.After(AfterFault);
        }
        var wantedAgain = live.Ends(job, claimId);
        if (wantedAgain || next is NextStep.After { Delay: var delay } && delay <= TimeSpan.Zero)
        {
            jobs.Enqueue(job, claimId);
        }
        else if (next is NextStep.After after)
        {
            jobs.Schedule(job, claimId, after.Delay);
        }
    }

    private async Task<NextStep> StepsAsync(ClaimJob job, Guid claimId, CancellationToken ct)
    {
        var worker = workers.First(w => w.Job == job);
        NextStep next = NextStep.Now;
        for (var step = 0; step < StepsInOneGo && next is NextStep.After { Delay: var delay } && delay <= TimeSpan.Zero; step++)
        {
            ct.ThrowIfCancellationRequested();
            next = await worker.RunStepAsync(claimId, ct);
            bells.RingSenders();
        }
        return next;
    }

    private static partial class Log
    {
        [LoggerMessage(3501, LogLevel.Error, "Claim {ClaimId}: a step of {Job} broke off; it is tried again soon")]
        public static partial void StepFailed(ILogger logger, Exception fault, ClaimJob job, Guid claimId);
    }
}
