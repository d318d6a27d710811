namespace Shared.Claims;

/// <summary>What became of an asked-for change.</summary>
public enum ClaimOutcome
{
    /// <summary>Committed.</summary>
    Done,

    /// <summary>The row is no longer at the version named; nothing was changed. Read again and decide again.</summary>
    Stale,

    /// <summary>No such claim.</summary>
    NotFound,

    /// <summary>The lifecycle has no such move from the claim's state; nothing was changed.</summary>
    NotAllowed,

    /// <summary>Deletions are frozen until an operator unfreezes them; nothing was changed.</summary>
    Frozen,

    /// <summary>The observed grace period is not over; nothing was changed.</summary>
    NotDue,

    /// <summary>Absence is not proven (present, or unknown); nothing was changed.</summary>
    NotProvenAbsent,
}

/// <summary>The outcome and the claim as it stands afterwards (null only for <see cref="ClaimOutcome.NotFound"/>).</summary>
public sealed record ClaimChange(ClaimOutcome Outcome, Claim? Claim)
{
    public bool IsDone => Outcome == ClaimOutcome.Done;
}

/// <summary>What became of a new claim.</summary>
public enum SubmitOutcome
{
    /// <summary>The claim is <see cref="ClaimState.Creating"/>; enqueue its job.</summary>
    Accepted,

    /// <summary>The member has a live claim already; it is returned and nothing was changed.</summary>
    HasOne,

    /// <summary>Another live claim holds the username; nothing was changed.</summary>
    UsernameTaken,

    /// <summary>An operator has paused new claims; nothing was changed.</summary>
    Paused,
}

public sealed record SubmitResult(SubmitOutcome Outcome, Claim? Claim);

/// <summary>One line of a claim's history, written in the transaction of the change it tells of.</summary>
public sealed class ClaimEvent
{
    public long Id { get; init; }
    public Guid ClaimId { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>Name of the operation, for example <c>saveServer</c>.</summary>
    public required string Kind { get; init; }
    public ClaimState State { get; init; }
    public CreationStep Step { get; init; }
    public int Version { get; init; }

    /// <summary>Ids and codes; never a secret, a name or a JID.</summary>
    public string? Detail { get; init; }
}

/// <summary>Machine codes of failures; texts for members and operators are looked up by them.</summary>
public static class FailureCodes
{
    public const string PanelError = "panel_error";
    public const string NodeFull = "node_full";
    public const string NoAllocation = "no_allocation";
    public const string InstallFailed = "install_failed";
    public const string InstallTimeout = "install_timeout";
    public const string NotAnswering = "not_answering";
    public const string UsernameRefused = "username_refused";
    public const string NotOurs = "not_ours";
    public const string TemplateGone = "template_gone";
    public const string PanelRefused = "panel_refused";
    public const string WaitedTooLong = "waited_too_long";
    public const string NodeDown = "node_down";

    /// <summary>The member was in a group again when the server was about to be deleted.</summary>
    public const string Returned = "returned";
}
