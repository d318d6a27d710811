namespace Shared.Claims;

/// <summary>Where a claim stands; the words of the public API. The allowed moves are the table in <see cref="ClaimLifecycle"/>.</summary>
public enum ClaimState
{
    /// <summary>Accepted; Provisioning is at one of the four steps.</summary>
    Creating = 1,

    /// <summary>The server answers on its port and the credentials are on their way.</summary>
    Active = 2,

    /// <summary>Creation ended without a server that answers. Kept for the operator and for another try of the same claim.</summary>
    Failed = 3,

    /// <summary>The member left. In grace (it had been active) or being taken down.</summary>
    Deleting = 4,

    /// <summary>Nothing of it is left on the panel; the member may claim again.</summary>
    Deleted = 5,
}

/// <summary>The four lines of progress a member sees.</summary>
public enum CreationStep
{
    Account = 1,
    Server = 2,
    Installation = 3,
    FinalCheck = 4,
}

/// <summary>How far a begun deletion has come. Each value names the next thing to do.</summary>
public enum DeletionStep
{
    /// <summary>Not begun: grace runs, or an install has to end first.</summary>
    Waiting = 0,
    Suspend = 1,
    PortClosed = 2,
    Server = 3,
    User = 4,
}
