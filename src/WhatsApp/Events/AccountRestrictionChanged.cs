namespace WhatsApp;

/// <summary>
/// The service has restricted what this account may write, or has lifted that. Comes after a notice of the service (time lock)
/// and after a refusal that concerns the whole account (429, 475). Tell an operator; let waiting messages wait until
/// <see cref="IWhatsAppClient.CanWriteAsync"/> allows them, and never send a refused one again by yourself.
/// </summary>
public sealed record AccountRestrictionChanged : InboundEvent
{
    /// <summary>What stands, or stood, in the way.</summary>
    public required WriteObstacle Obstacle { get; init; }

    /// <summary>It stands now; false: it has been lifted.</summary>
    public required bool IsActive { get; init; }

    /// <summary>When it ends by itself, if known.</summary>
    public DateTimeOffset? Until { get; init; }
}
