using Shared.Members;

namespace Shared.Membership;

/// <summary>
/// Who is in which target group, and what joining and leaving does to claims. A leave: <c>active</c> or <c>creating</c> → <c>deleting</c> with its notice;
/// a return during grace → <c>active</c>. Each call is one transaction.
/// </summary>
public interface IRosterBook
{
    /// <summary>
    /// Live joins and leaves out of one inbox row, applied at once, and the row marked done in the same commit. Somebody who joins is created as a member.
    /// An event stored before the newest full read began changes nothing (the read knew better). More leaves within a minute than the breaker
    /// allows freeze deletions; grace still starts. A number change is a leave of the old identity and a join of the new, which may claim once the old one's server is gone.
    /// Fail points <c>roster.applyEvents</c>.
    /// </summary>
    Task ApplyEventsAsync(long inboxId, string group, IReadOnlyList<MemberIdentity> joined, IReadOnlyList<MemberIdentity> left, CancellationToken ct, bool numberChanged = false);

    /// <summary>Call before asking the service for the roster: the answer is weighed against events that come in meanwhile.</summary>
    Task<RosterTicket> BeginReadAsync(string group, CancellationToken ct);

    /// <summary>
    /// The full roster against ours. Newcomers are present at once. Somebody missing is only noted at first; a second read at least two minutes later that
    /// still misses them makes them absent and grace begins then. An empty roster, a roster without the bot, or more than max(3, 10 %) missing at once
    /// freezes deletions and marks nobody absent until an operator has released them; those who are still missing then are gone by the usual two reads. Fail points <c>roster.applyRead</c>.
    /// </summary>
    Task<RosterOutcome> ApplyReadAsync(RosterTicket ticket, RosterRead read, CancellationToken ct);

    /// <summary>This member against one roster just read: the pure comparison behind <see cref="IMembership"/>. Unknown when an entry could be the member in a form we cannot compare, or the roster is empty.</summary>
    Task<Presence> PresenceInAsync(long memberId, RosterRead read, CancellationToken ct);

    /// <summary>Present if any target group's row says so, absent if there are rows and all say absent, else unknown. Not fresh.</summary>
    Task<Presence> LastKnownAsync(long memberId, CancellationToken ct);

    /// <summary>The name of a group as last read; null when never read.</summary>
    Task<string?> SubjectAsync(string group, CancellationToken ct);
}

/// <summary>Taken before a read is requested.</summary>
public sealed record RosterTicket(string Group, long InboxMark, DateTimeOffset BegunAt);

/// <summary>A roster as the service gave it.</summary>
/// <param name="Members">Everybody except ourselves.</param>
/// <param name="WeAreMember">The bot stands in the roster.</param>
public sealed record RosterRead(string Subject, IReadOnlyList<MemberIdentity> Members, bool WeAreMember)
{
    /// <summary>When the service was asked for it.</summary>
    public DateTimeOffset AskedAt { get; init; }
}

public enum RosterVerdict
{
    /// <summary>Taken over.</summary>
    Applied,

    /// <summary>An event of this group came in after the read began: nothing was changed, read again.</summary>
    Overtaken,

    /// <summary>Too much was missing; deletions are frozen and nobody was marked absent (newcomers were taken over).</summary>
    Frozen,
}

/// <param name="SecondReadDue">When set, somebody is missing: read again not before this instant.</param>
public sealed record RosterOutcome(RosterVerdict Verdict, int Joined, int Left, int Missing, DateTimeOffset? SecondReadDue);
