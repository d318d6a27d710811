using System.Text.Json.Serialization;

namespace Shared.Reconcile;

/// <summary>How panel and table can differ.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingKind>))]
public enum FindingKind
{
    /// <summary>A server proved ours, and no row of ours knows it: the database was lost or set back.</summary>
    OrphanServer = 1,

    /// <summary>A server proved ours whose claim is deleted: something is left over.</summary>
    LeftoverServer = 2,

    /// <summary>A server that carries a claim's id but is not proved ours. Nobody of us touches it.</summary>
    UnprovedServer = 3,

    /// <summary>A user proved ours who owns nothing and belongs to no live claim.</summary>
    OrphanUser = 4,

    /// <summary>The claim is active, its server is not on the panel.</summary>
    Ghost = 5,

    /// <summary>The server belongs to somebody else than the claim's user.</summary>
    OwnerDrift = 6,

    /// <summary>The server's limits are not those of its claim.</summary>
    LimitDrift = 7,

    /// <summary>The claim is active, its server is suspended.</summary>
    Suspended = 8,
}

/// <summary>One difference, and what could be done about it on an operator's word. Nothing is ever done by itself.</summary>
/// <param name="Detail">Ids and numbers; no name, no JID.</param>
/// <param name="Proposal">The dry-run plan: what the matching action would do.</param>
public sealed record Finding(FindingKind Kind, Guid? ClaimId, int? PanelId, string Detail, string Proposal);

/// <summary>One comparison of the panel with the table.</summary>
public sealed record ReconcileReport(DateTimeOffset At, int Servers, int Users, int Claims, IReadOnlyList<Finding> Findings);

/// <summary>Compares the panel with the table in both directions.</summary>
public interface IReconciliation
{
    /// <summary>Reads both sides, keeps the report and alerts the operators when the findings are others than last time. Changes nothing else.</summary>
    /// <returns>Null when the panel could not be read whole: half a list proves nothing.</returns>
    Task<ReconcileReport?> RunAsync(CancellationToken ct);

    /// <summary>On an operator's word: a server proved ours gets its row back. The panel is asked again first.</summary>
    Task<AdoptOutcome> AdoptAsync(Guid claimId, CancellationToken ct);

    /// <summary>On an operator's word: an active claim without a server is made anew with the same id. The panel is asked again first.</summary>
    Task<AdoptOutcome> RecreateAsync(Guid claimId, CancellationToken ct);
}

/// <summary>Brings a server's limits on the panel to what its claim says.</summary>
public interface IServerLimits
{
    /// <summary>Idempotent. The server is proved ours first.</summary>
    Task<AdoptOutcome> ApplyAsync(Guid claimId, CancellationToken ct);
}

public enum AdoptOutcome
{
    Done,

    /// <summary>The panel could not be asked.</summary>
    NoAnswer,

    /// <summary>The panel has no such server; or, for a claim to be made anew, it still has it.</summary>
    NotOnPanel,

    /// <summary>It cannot be proved ours: nothing was changed.</summary>
    NotProved,

    /// <summary>There is a row already, or the claim is in no state for this.</summary>
    NotAllowed,

    /// <summary>No template of ours makes such a server.</summary>
    NoTemplate,
}

/// <summary>Keeps the last report.</summary>
public interface IReconcileReports
{
    Task<ReconcileReport?> LastAsync(CancellationToken ct);

    /// <summary>Alerts in the same commit when there are findings and they are others than in the report before. Fail points <c>reconcile.save</c>.</summary>
    Task SaveAsync(ReconcileReport report, CancellationToken ct);
}
