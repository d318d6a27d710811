namespace Shared.Members;

/// <summary>Finds the one row behind the JIDs a person is seen under.</summary>
public interface IMemberDirectory
{
    /// <summary>
    /// The member behind this identity, made on first sight, with every JID named kept as an alias. When the JIDs belong to two rows these are one
    /// person: the older row stays and takes over aliases, presences, claims and conversation of the younger; if both hold live claims nothing is moved or
    /// deleted, both are marked as in conflict and an alert is queued. <paramref name="privateChat"/>, if given, is remembered as the chat the member opened.
    /// Idempotent. Fail points <c>members.resolve</c> (only when something is written).
    /// </summary>
    Task<Member> ResolveAsync(MemberIdentity identity, string? privateChat, CancellationToken ct);

    /// <summary>A phone and a LID are the same person (event IdentityLearned). Creates nobody.</summary>
    Task LearnAsync(string phoneJid, string lid, CancellationToken ct);

    Task<Member?> FindAsync(long memberId, CancellationToken ct);

    Task<Member?> FindByJidAsync(string jid, CancellationToken ct);

    /// <summary>Everybody not merged away, for the operator.</summary>
    Task<IReadOnlyList<Member>> ListAsync(CancellationToken ct);

    /// <summary>All JIDs of a member.</summary>
    Task<IReadOnlyList<string>> AliasesAsync(long memberId, CancellationToken ct);
}
