using Shared.Jobs;
using Shared.Membership;

namespace Shared.Claims;

/// <summary>
/// Every change of a claim: one durable transaction each, made only if the claim is still at the version named, together with its
/// line of history, the member's notice (outbox) and the operator's alert. Expected refusals are outcomes, not exceptions.
/// Fail points: <c>claims.&lt;operation&gt;.before</c> and <c>.after</c> stand around each commit.
/// </summary>
public interface IClaimService
{
    // Reading

    Task<Claim?> FindAsync(Guid claimId, CancellationToken ct);

    /// <summary>The member's one claim that is not deleted.</summary>
    Task<Claim?> FindLiveAsync(long memberId, CancellationToken ct);

    /// <summary>All claims, newest first, for the operator; <paramref name="state"/> null means every state.</summary>
    Task<IReadOnlyList<Claim>> ListAsync(ClaimState? state, CancellationToken ct);

    Task<IReadOnlyList<ClaimEvent>> TimelineAsync(Guid claimId, CancellationToken ct);

    /// <summary>
    /// What is to be done now, from the rows alone: creations not held back by <see cref="Claim.NotBefore"/>, deletions whose grace is
    /// used up or that have begun, and clean-ups of abandoned creations; none of the deletions while they are frozen. Asked at start and
    /// every 30 s: a row without a live job gets one.
    /// </summary>
    Task<IReadOnlyList<ClaimWork>> ListWorkAsync(CancellationToken ct);

    /// <summary>The panel password waiting in the claim; null once the credentials message is written.</summary>
    Task<string?> ReadPasswordAsync(Guid claimId, CancellationToken ct);

    // Creation

    /// <summary>A new claim outside the chat (chat turns submit through <see cref="Conversations.ITurns"/>). Two at once make one claim.</summary>
    Task<SubmitResult> SubmitAsync(NewClaim request, CancellationToken ct);

    /// <summary><c>failed</c> → <c>creating</c> with the same ids, at the step it failed in (past the server: at the server, which is looked at again), attempts back to zero.</summary>
    Task<ClaimChange> RetryAsync(ClaimRef claim, CancellationToken ct);

    /// <summary>As <see cref="RetryAsync"/>, but on another node: the place is given up, and what stands on the old node is removed before the server is made anew.</summary>
    Task<ClaimChange> RetryElsewhereAsync(ClaimRef claim, CancellationToken ct);

    /// <summary>Before the panel user is created or gets a new password: the name and password that will be used, so that a crash loses neither. The step stays.</summary>
    Task<ClaimChange> PlanAccountAsync(ClaimRef claim, string panelUsername, string password, CancellationToken ct);

    /// <summary>The panel user exists. Step → <see cref="CreationStep.Server"/>.</summary>
    Task<ClaimChange> SaveAccountAsync(ClaimRef claim, int panelUserId, string panelUsername, CancellationToken ct);

    /// <summary>
    /// Leases an allocation to this claim and notes it as the choice. <see cref="ClaimOutcome.NotAllowed"/> when another claim holds the
    /// lease: choose another. An earlier lease of this claim is given up.
    /// </summary>
    Task<ClaimChange> LeaseAllocationAsync(ClaimRef claim, int nodeId, int allocationId, string address, int port, CancellationToken ct);

    /// <summary>Allocations leased by claims that are not deleted, and ports in quarantine: not to be chosen, whatever the panel says.</summary>
    Task<IReadOnlySet<int>> ListLeasedAllocationsAsync(CancellationToken ct);

    /// <summary>The panel server exists and installs. Step → <see cref="CreationStep.Installation"/>; the install limit runs from now unless it ran already.</summary>
    Task<ClaimChange> SaveServerAsync(ClaimRef claim, PanelServerIds server, CancellationToken ct);

    /// <summary>The install ended well. Step → <see cref="CreationStep.FinalCheck"/>.</summary>
    Task<ClaimChange> SaveInstalledAsync(ClaimRef claim, CancellationToken ct);

    /// <summary><c>creating</c> at the final check → <c>active</c>; the credentials message is queued (protected) and the password leaves the claim, all in one commit.</summary>
    Task<ClaimChange> MarkActiveAsync(ClaimRef claim, CancellationToken ct);

    /// <summary>
    /// One answered failure of the step in hand, in creation or deletion. Below <c>Claims:Attempts</c> the step waits until
    /// <paramref name="retryAt"/>; at the limit a creation → <c>failed</c> (member told, alert), a deletion is held for the operator (critical alert).
    /// </summary>
    Task<ClaimChange> RecordFailureAsync(ClaimRef claim, string failureCode, DateTimeOffset retryAt, CancellationToken ct);

    /// <summary>
    /// No attempt was made or counted: the panel is out of reach, told 429, or the step is only waiting. With <paramref name="tellMember"/>
    /// the member hears once that the request is kept. Past the longest wait (<c>Claims:LongestWait</c>, counted over deferrals that tell) a creation → <c>failed</c>.
    /// </summary>
    Task<ClaimChange> DeferAsync(ClaimRef claim, DateTimeOffset until, bool tellMember, CancellationToken ct);

    /// <summary>
    /// No place is free and <c>Claims:QueueWhenFull</c> is on: the claim waits in line until <paramref name="until"/>, then looks again. The member hears its position
    /// and the reason once, the operators once per claim. Past the longest wait → <c>failed</c>. It leaves the line when its server is made.
    /// </summary>
    Task<ClaimChange> QueueAsync(ClaimRef claim, string reasonCode, DateTimeOffset until, CancellationToken ct);

    /// <summary>Claims that wait for a place, the one whose turn it is first. A claim that holds a place is not among them.</summary>
    Task<IReadOnlyList<QueuedClaim>> ListQueueAsync(CancellationToken ct);

    /// <summary><c>creating</c> → <c>failed</c> at once (node full, install failed or timed out, not ours); the member is told, an alert is queued.</summary>
    Task<ClaimChange> FailAsync(ClaimRef claim, string failureCode, CancellationToken ct);

    /// <summary>A server of ours that no row knows gets one, <c>active</c> at once. False when a row is there already, or the member or the name has a live claim.</summary>
    Task<bool> RestoreAsync(RestoredClaim found, CancellationToken ct);

    /// <summary><c>active</c> → <c>creating</c> from the first step, same id: the server is gone from the panel and an operator wants it made anew, with new credentials.</summary>
    Task<ClaimChange> RecreateAsync(ClaimRef claim, CancellationToken ct);

    // Deletion

    /// <summary>
    /// The last gate before anything is taken down: state <c>deleting</c>, deletions not frozen, and for a claim that had been active the
    /// observed grace is used up, <paramref name="reading"/> (from <see cref="IMembership"/>) says absent, was asked for within the last 60 s, and no presence row says otherwise.
    /// A creation left half-way needs no proof of absence. Afterwards <see cref="Claim.DeletionStep"/> is at least <see cref="DeletionStep.Suspend"/>
    /// and a return no longer revives it. Calling it again on a begun deletion is done at once while not frozen.
    /// </summary>
    Task<ClaimChange> BeginDeletionAsync(ClaimRef claim, PresenceReading reading, CancellationToken ct);

    /// <summary>The step before <paramref name="next"/> is done. Frozen deletions do not go on.</summary>
    Task<ClaimChange> SaveDeletionStepAsync(ClaimRef claim, DeletionStep next, CancellationToken ct);

    /// <summary>A server or user of a claim left while creating was found on the panel after the fact: its ids, for the clean-up. The state stays.</summary>
    Task<ClaimChange> SaveFoundAsync(ClaimRef claim, int? panelUserId, PanelServerIds? server, CancellationToken ct);

    /// <summary>Nothing is left on the panel. → <c>deleted</c>; lease and username are free, the member is told.</summary>
    Task<ClaimChange> MarkDeletedAsync(ClaimRef claim, CancellationToken ct);

    /// <summary>A begun deletion stops here and waits for an operator, with a critical alert.</summary>
    Task<ClaimChange> HoldDeletionAsync(ClaimRef claim, string failureCode, CancellationToken ct);

    /// <summary>An operator lets a held deletion go on, attempts back to zero.</summary>
    Task<ClaimChange> ResumeDeletionAsync(ClaimRef claim, CancellationToken ct);

    /// <summary>An operator sends a failed claim to clean-up: <c>failed</c> → <c>deleting</c> without grace.</summary>
    Task<ClaimChange> CleanUpFailedAsync(ClaimRef claim, CancellationToken ct);
}

/// <summary>A claim that is wanted. <paramref name="Username"/> is lower case and has passed <see cref="UsernameRules"/>.</summary>
public sealed record NewClaim(long MemberId, string Template, string Username);

/// <summary>A claim in line.</summary>
/// <param name="ReasonCode">Why there was no place: one of <see cref="FailureCodes"/>.</param>
public sealed record QueuedClaim(Guid ClaimId, DateTimeOffset Since, string ReasonCode);

/// <summary>A claim as the panel alone tells it.</summary>
public sealed record RestoredClaim(Guid Id, string WaJid, string Template, string Username, int PanelUserId, PanelServerIds Server, DateTimeOffset CreatedAt)
{
    /// <inheritdoc />
    public override string ToString() => $"claim {Id} from the panel";
}

/// <summary>What the panel says of a server of ours.</summary>
public sealed record PanelServerIds(int ServerId, string Identifier, int NodeId, int AllocationId, string Address, int Port);

/// <summary>One job that a row asks for.</summary>
public sealed record ClaimWork(ClaimJob Job, Guid ClaimId);
