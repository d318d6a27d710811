using Shared.Claims;
using Shared.Members;
using Shared.Outbox;

namespace Shared.Conversations;

/// <summary>What a turn starts from.</summary>
/// <param name="Version">To be named when the turn is saved; 0 before the first turn.</param>
/// <param name="State">The conversation's state as JSON of its own; null before the first turn.</param>
/// <param name="LiveClaim">The member's claim that is not deleted; else the one the same account still has under its number before.</param>
/// <param name="TakenUsernames">Lower-case usernames of all live claims, the member's own left out.</param>
/// <param name="HasCredentialsMessage">A credentials message of the live claim was queued or sent and not taken back.</param>
public sealed record TurnStart(Member Member, int Version, string? State, Claim? LiveClaim, IReadOnlySet<string> TakenUsernames, bool HasCredentialsMessage, string? GroupName)
{
    /// <summary>1 for the claim whose turn is next; null when it waits for no place.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>An operator has paused new claims.</summary>
    public bool ClaimsPaused { get; init; }
}

/// <summary>What a turn asks of the claims.</summary>
public abstract record TurnRequest
{
    private TurnRequest()
    {
    }

    public sealed record SubmitClaim(string Template, string Username) : TurnRequest;

    /// <summary>Another try of the failed claim, same ids.</summary>
    public sealed record RetryClaim(ClaimRef Claim) : TurnRequest;

    /// <summary>The member has changed the password: take the credentials message back.</summary>
    public sealed record HideCredentials : TurnRequest;

    /// <summary>The member wants a human: an alert is queued.</summary>
    public sealed record CallOperator : TurnRequest;
}

/// <summary>Everything a turn changes; committed together or not at all.</summary>
public sealed record TurnEnd(long InboxId, long MemberId, int Version, string State, Language Language, IReadOnlyList<Draft> Replies, TurnRequest? Request);

public enum TurnOutcome
{
    /// <summary>Conversation, claim, replies and the done inbox row are committed. Enqueue the claim's job if there is one.</summary>
    Saved,

    /// <summary>The facts changed under the turn (other turn, other claim, username gone): nothing was saved. Start it again from <see cref="ITurns.StartAsync"/>.</summary>
    StartAgain,

    /// <summary>The inbox row was done before; nothing was changed.</summary>
    AlreadyDone,
}

/// <param name="Claim">The claim submitted or retried: its <see cref="Jobs.ClaimJob.Create"/> job is to be enqueued.</param>
public sealed record TurnResult(TurnOutcome Outcome, Claim? Claim);

/// <summary>Loads and saves turns of the conversation.</summary>
public interface ITurns
{
    Task<TurnStart> StartAsync(long memberId, CancellationToken ct);

    /// <summary>ONE transaction: conversation, claim, outbox, inbox row done. Fail points <c>turns.save</c>.</summary>
    Task<TurnResult> SaveAsync(TurnEnd end, CancellationToken ct);
}
