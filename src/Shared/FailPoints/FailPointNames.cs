namespace Shared.FailPoints;

/// <summary>Every fail point of the domain and of Provisioning: one before and one after each commit and each panel call.</summary>
public static class FailPointNames
{
    /// <summary>Commits of the domain.</summary>
    public static readonly IReadOnlyList<string> Commits =
    [
        "inbox.store", "inbox.attempt", "inbox.done", "inbox.purge",
        "members.resolve", "members.learn",
        "turns.save",
        "claims.submit", "claims.retry", "claims.planAccount", "claims.saveAccount", "claims.leaseAllocation", "claims.saveServer",
        "claims.saveInstalled", "claims.markActive", "claims.recordFailure", "claims.defer", "claims.fail",
        "claims.retryElsewhere", "claims.queue", "claims.holdDeletion", "ports.quarantine", "ports.release", "webhook.remember",
        "claims.restore", "claims.recreate", "reconcile.save",
        "tokens.add", "tokens.revoke", "operators.pause", "operators.protect", "operators.audit", "claims.upgrade", "claims.extendGrace",
        "claims.beginDeletion", "claims.saveDeletionStep", "claims.saveFound", "claims.markDeleted", "claims.resumeDeletion", "claims.cleanUpFailed",
        "roster.applyEvents", "roster.applyRead",
        "grace.observe", "grace.announce", "breaker.freeze", "breaker.unfreeze",
        "outbox.sent", "outbox.postpone", "outbox.failed", "outbox.receipt", "outbox.sweep",
        "alerts.add", "alerts.sent", "alerts.postpone",
    ];

    /// <summary>Calls of the panel, named by Provisioning.</summary>
    public static readonly IReadOnlyList<string> PanelCalls =
    [
        "panel.findUser", "panel.createUser", "panel.updateUser", "panel.deleteUser",
        "panel.findServer", "panel.createServer", "panel.suspendServer", "panel.deleteServer", "panel.listServers",
        "panel.listNodes", "panel.readEgg", "panel.listUsers", "panel.updateBuild",
    ];

    /// <summary>All names, as <see cref="IFailPoints.Reach"/> gets them.</summary>
    public static IEnumerable<string> All => Commits.Concat(PanelCalls).SelectMany(name => new[] { Before(name), After(name) });

    public static string Before(string name) => name + ".before";

    public static string After(string name) => name + ".after";
}
