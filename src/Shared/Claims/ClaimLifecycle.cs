namespace Shared.Claims;

/// <summary>The moves between states, all on one screen (design decision 5).</summary>
public static class ClaimLifecycle
{
    /// <summary>Whether the lifecycle has this move; the claim itself decides about <c>deleting</c> → <c>active</c>.</summary>
    public static bool Allows(Claim claim, ClaimState next) => (claim.State, next) switch
    {
        (ClaimState.Creating, ClaimState.Active) => claim.Step == CreationStep.FinalCheck,
        (ClaimState.Creating, ClaimState.Failed) => true,
        (ClaimState.Creating, ClaimState.Deleting) => true,   // left while creating, does not come back
        (ClaimState.Active, ClaimState.Deleting) => true,     // left, grace begins
        (ClaimState.Active, ClaimState.Creating) => true,     // its server is gone: made anew on an operator's word
        (ClaimState.Failed, ClaimState.Creating) => true,     // tried again with the same ids
        (ClaimState.Failed, ClaimState.Deleting) => true,     // cleaned up by an operator
        (ClaimState.Deleting, ClaimState.Active) => claim.WasActive && claim.DeletionStep == DeletionStep.Waiting,
        (ClaimState.Deleting, ClaimState.Deleted) => true,
        _ => false,
    };
}
