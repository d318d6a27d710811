using Shared.Claims;
using Shared.Jobs;

namespace Provisioning.Steps;

/// <summary>What follows a change of the claim.</summary>
internal static class Changes
{
    /// <summary>
    /// Committed: the claim goes on when its next try is due, if there is more to do. Stale: somebody else moved it, so read again and decide again.
    /// Everything else is the end of this job; the rows say what is left.
    /// </summary>
    public static NextStep Follow(this ClaimChange change, ClaimState whileIn, TimeProvider time) => change switch
    {
        { Outcome: ClaimOutcome.Stale } => NextStep.Now,
        { Outcome: ClaimOutcome.Done, Claim: { } claim } when claim.State == whileIn && !claim.DeletionHeld => Due(claim, time),
        _ => NextStep.Done,
    };

    /// <summary>How long a claim holds its next try back.</summary>
    public static NextStep Due(Claim claim, TimeProvider time)
    {
        var wait = claim.NotBefore - time.GetUtcNow();
        return wait > TimeSpan.Zero ? new NextStep.After(wait.Value) : NextStep.Now;
    }
}
