namespace Shared.Jobs;

/// <summary>The two kinds of background work on a claim.</summary>
public enum ClaimJob
{
    Create = 1,
    Delete = 2,
}

/// <summary>
/// Our whole view of the job platform. Jobs only nudge: one may be lost (the scan of <see cref="Claims.IClaimService.ListWorkAsync"/> finds the row
/// again) or run twice (every step moves a row only from the version it read).
/// </summary>
public interface IBackgroundJobs
{
    /// <summary>Runs as soon as a worker is free. Returns the job's id.</summary>
    string Enqueue(ClaimJob job, Guid claimId);

    /// <summary>Runs after <paramref name="delay"/> at the earliest.</summary>
    string Schedule(ClaimJob job, Guid claimId, TimeSpan delay);

    /// <summary>False when the job is unknown, running or done.</summary>
    bool Cancel(string jobId);
}

/// <summary>Does claims' work in short steps; one implementation per <see cref="ClaimJob"/>, in Provisioning.</summary>
public interface IClaimWorker
{
    ClaimJob Job { get; }

    /// <summary>
    /// ONE short step (30 s at most), never sleeping. Safe to run twice and at once. Expected trouble is recorded on the claim and answered with
    /// <see cref="NextStep"/>; an exception means a fault of ours and the job is tried again later.
    /// </summary>
    Task<NextStep> RunStepAsync(Guid claimId, CancellationToken ct);
}

/// <summary>When the next step is due.</summary>
public abstract record NextStep
{
    private NextStep()
    {
    }

    /// <summary>Nothing more to do for this job.</summary>
    public static NextStep Done { get; } = new Finished();

    /// <summary>Go on at once.</summary>
    public static NextStep Now { get; } = new After(TimeSpan.Zero);

    public sealed record Finished : NextStep;

    /// <summary>Run the job again after <paramref name="Delay"/>; zero means at once.</summary>
    public sealed record After(TimeSpan Delay) : NextStep;
}
