namespace Shared.Grace;

/// <summary>
/// Grace is observed time: it accrues by the monotonic clock from one call to the next, if the session was logged in at the earlier one.
/// Downtime therefore extends it and no clock jump shortens it.
/// </summary>
public interface IGraceKeeper
{
    /// <summary>
    /// Call every 30 s and at every change of the session's login, with its state from now on. Adds what was observed since the last call to all rows in grace
    /// in one statement, and freezes deletions when wall and monotonic clock parted by more than two minutes. Fail points <c>grace.observe</c>.
    /// </summary>
    Task ObserveAsync(bool loggedInFromNowOn, CancellationToken ct);

    /// <summary>Tells members whose deadline moved by more than a minute since they were told one. Call after a login that followed downtime. Nothing while frozen. Fail points <c>grace.announce</c>.</summary>
    Task<int> AnnounceExtensionsAsync(CancellationToken ct);

    /// <summary>Tells members, once per departure, that an hour of their grace is left. Call after an observation while logged in. Nothing while frozen, nor when the whole grace is an hour or less. Fail points <c>grace.announce</c>.</summary>
    Task<int> AnnounceLastHoursAsync(CancellationToken ct);
}

public enum FreezeReason
{
    MassDisappearance = 1,
    EmptyRoster = 2,
    LoggedOut = 3,
    RemovedFromGroup = 4,
    ClockJump = 5,
    Operator = 6,
}

/// <summary>Deletions stand still since then, for this reason.</summary>
public sealed record Freeze(FreezeReason Reason, string Detail, DateTimeOffset Since);

/// <summary>The breaker on destruction. It is closed by the machine and opened by a person only.</summary>
public interface IDeletionBreaker
{
    Task<Freeze?> CurrentAsync(CancellationToken ct);

    /// <summary>Freezes deletions and queues one critical alert; a freeze already standing stays as it is. Fail points <c>breaker.freeze</c>.</summary>
    Task FreezeAsync(FreezeReason reason, string detail, CancellationToken ct);

    /// <summary>An operator has looked. False when nothing was frozen. Fail points <c>breaker.unfreeze</c>.</summary>
    Task<bool> UnfreezeAsync(string operatorName, CancellationToken ct);
}
