using Shared.Claims;

namespace Shared.Operators;

/// <summary>Who may call the admin API. Tokens are kept as hashes: a lost one is replaced, not looked up.</summary>
public interface IApiTokens
{
    /// <summary>False when a token of this name is valid already. Fail points <c>tokens.add</c>.</summary>
    Task<bool> AddAsync(string name, string hash, IReadOnlyCollection<string> scopes, CancellationToken ct);

    /// <summary>False when there is no valid token of this name. Fail points <c>tokens.revoke</c>.</summary>
    Task<bool> RevokeAsync(string name, CancellationToken ct);

    /// <summary>The valid token with this hash.</summary>
    Task<ApiToken?> FindAsync(string hash, CancellationToken ct);

    Task<IReadOnlyList<ApiToken>> ListAsync(CancellationToken ct);
}

public sealed record ApiToken(string Name, IReadOnlyCollection<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt);

/// <summary>What an operator decides about claims and members beyond their usual course. Each is one commit.</summary>
public interface IOperatorDesk
{
    /// <summary>No new claims while paused; those under way go on. Fail points <c>operators.pause</c>.</summary>
    Task PauseClaimsAsync(bool paused, CancellationToken ct);

    Task<bool> AreClaimsPausedAsync(CancellationToken ct);

    /// <summary>The claim's own limits; null leaves one as it is. Fail points <c>claims.upgrade</c>.</summary>
    Task<ClaimChange> UpgradeAsync(ClaimRef claim, int? memoryMiB, int? diskMiB, int? cpuPercent, CancellationToken ct);

    /// <summary>More time to return, for a claim in grace; the member is told the new deadline. Fail points <c>claims.extendGrace</c>.</summary>
    Task<ClaimChange> ExtendGraceAsync(ClaimRef claim, TimeSpan by, CancellationToken ct);

    /// <summary>False when there is no such member. Fail points <c>operators.protect</c>.</summary>
    Task<bool> ProtectAsync(long memberId, bool isProtected, CancellationToken ct);

    /// <summary>One line: who asked for what and what became of it. Fail points <c>operators.audit</c>.</summary>
    Task AuditAsync(AuditLine line, CancellationToken ct);

    Task<IReadOnlyList<AuditLine>> ListAuditAsync(int newest, CancellationToken ct);
}

public sealed record AuditLine(DateTimeOffset At, string Actor, string Action, string? Subject, string Outcome);
