namespace Shared.Alerts;

public enum AlertSeverity
{
    Info = 1,
    Warning = 2,
    Critical = 3,
}

/// <summary>One thing a person must know. Text and subject hold no number, JID or secret.</summary>
/// <param name="Code">Machine name, see <see cref="AlertCodes"/>.</param>
/// <param name="Severity">How urgent.</param>
/// <param name="Text">One or two English sentences.</param>
/// <param name="Subject">What it is about, for example a claim id; alerts of one code and subject may be collapsed.</param>
public sealed record Alert(string Code, AlertSeverity Severity, string Text, string? Subject = null);

/// <summary>Tells the operators. When it returns the alert is stored durably or sent; it never throws because a channel is down.</summary>
/// <remarks>
/// Alerts that belong to a claim's change (failed, held deletion) or to a freeze are queued by the domain in that change's own transaction:
/// nobody else raises those.
/// </remarks>
public interface IAlerts
{
    Task RaiseAsync(Alert alert, CancellationToken ct);
}

/// <summary>The durable queue behind the channels: written by domain transactions and by <see cref="IAlerts"/>, emptied by the host.</summary>
public interface IAlertOutbox
{
    /// <summary>Stores the alert. Fail points <c>alerts.add</c>.</summary>
    Task AddAsync(Alert alert, CancellationToken ct);

    /// <summary>Alerts not yet sent whose next attempt is due, oldest first.</summary>
    Task<IReadOnlyList<QueuedAlert>> LoadDueAsync(int max, CancellationToken ct);

    Task MarkSentAsync(long id, CancellationToken ct);

    Task PostponeAsync(long id, DateTimeOffset nextAttempt, CancellationToken ct);
}

public sealed record QueuedAlert(long Id, Alert Alert, DateTimeOffset CreatedAt, int Attempts);

public static class AlertCodes
{
    public const string ClaimFailed = "claim_failed";
    public const string DeletionHeld = "deletion_held";
    public const string DeletionsFrozen = "deletions_frozen";
    public const string IdentityConflict = "identity_conflict";
    public const string CredentialsExpired = "credentials_expired";
    public const string HelpWanted = "help_wanted";
    public const string PoisonMessage = "poison_message";
    public const string CapacityFull = "capacity_full";
    public const string PanelDiffers = "panel_differs";
    public const string PortQuarantined = "port_quarantined";
}
