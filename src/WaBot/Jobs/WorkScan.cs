using Shared.Claims;
using WaBot.Hosting;

namespace WaBot.Jobs;

/// <summary>The rows say what is to be done: asked at the start, every 30 s and at every ring, each gets a job unless it has one.</summary>
internal sealed class WorkScan(IClaimService claims, HangfireJobs jobs, Bells bells, TimeProvider time, ILogger<WorkScan> logger) : LoopService(time, logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        foreach (var work in await claims.ListWorkAsync(ct))
        {
            jobs.Offer(work.Job, work.ClaimId); // a job that waits although the row is due is pulled forward
        }
        await bells.Work.WaitAsync(Every, ct);
    }
}
