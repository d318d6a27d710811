using Hangfire.Server;
using Shared.Jobs;
using WaBot.Hosting;

namespace WaBot.Jobs;

/// <summary>What Hangfire runs: short steps of one claim, one after the other while they say so; a wait becomes a scheduled job, never a sleeping one.</summary>
/// <remarks>Rows of the job storage name this type and <see cref="RunAsync"/>: after a rename they cannot be run and the claims get new ones.</remarks>
internal sealed partial class ClaimJobRunner(IEnumerable<IClaimWorker> workers, HangfireJobs jobs, Bells bells, ILogger<ClaimJobRunner> logger)
{
    /// <summary>After this many steps in one go other claims get their turn.</summary>
    private const int StepsInOneGo = 20;

    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(15);

    /// <exception cref="OperationCanceledException">The host stops: the job goes back to its queue and is begun again after the next start.</exception>
    public async Task RunAsync(ClaimJob job, Guid claimId, PerformContext? context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var jobId = context.BackgroundJob.Id;
        if (!jobs.MayRun(job, claimId, jobId))
        {
            return;
        }
        NextStep next;
        try
        {
            next = await StepsAsync(job, claimId, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.StepFailed(logger, fault, job, claimId);
            next = new NextStep.After(AfterFault);
        }
        jobs.Finish(job, claimId, jobId, next);
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
