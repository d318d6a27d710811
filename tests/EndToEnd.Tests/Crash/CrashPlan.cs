using Shared.FailPoints;
using WhatsApp.Store;

namespace EndToEnd.Tests.Crash;

/// <summary>The stories that lead the bot past its fail points.</summary>
public enum CrashStory
{
    Claim,
    Return,
    Delete,
    Fail,
}

/// <summary>The one list of fail points, and which story meets which.</summary>
internal static class CrashPlan
{
    public const int BatchSize = 12;

    /// <summary>Names without ".before" and ".after".</summary>
    public static readonly IReadOnlyList<string> All = [.. FailPointNames.Commits, .. FailPointNames.PanelCalls, .. SessionFailPoints.Commits.Select(name => SessionFailPoints.Prefix + name)];

    public static readonly IReadOnlyDictionary<CrashStory, IReadOnlyList<string>> Stories = new Dictionary<CrashStory, IReadOnlyList<string>>
    {
        [CrashStory.Claim] =
        [
            "inbox.store", "inbox.attempt", "members.resolve", "turns.save",
            "claims.planAccount", "claims.saveAccount", "claims.leaseAllocation", "claims.saveServer", "claims.saveInstalled", "claims.markActive",
            "outbox.sent", "outbox.receipt",
            "panel.findUser", "panel.createUser", "panel.findServer", "panel.createServer", "panel.listServers", "panel.listNodes",
        ],
        [CrashStory.Return] = ["roster.applyEvents"],
        [CrashStory.Delete] =
        [
            "grace.observe", "roster.applyRead", "claims.beginDeletion", "claims.saveDeletionStep", "claims.markDeleted",
            "panel.suspendServer", "panel.deleteServer", "panel.deleteUser",
        ],
        [CrashStory.Fail] = ["claims.recordFailure", "claims.retry", "alerts.add", "alerts.sent"],
    };

    /// <summary>Points that need a situation of their own, with the test that makes it.</summary>
    public static readonly IReadOnlyDictionary<string, string> ProvedElsewhere = new Dictionary<string, string>();
}
