namespace WhatsApp.Store;

/// <summary>Every commit of the session that can write, by the name given to <see cref="ISessionDatabase"/>; fail points stand before and after each.</summary>
internal static class SessionFailPoints
{
    public const string Prefix = "whatsapp.";

    public static readonly IReadOnlyList<string> Commits =
    [
        "device-made", "adv-secret", "client-version", "paired", "login", "prekeys-made", "prekeys-uploaded", "messaging-login", "edge-routing", "quarantine",
        "message-received", "event-acknowledged", "receipts-noted", "receipt-received",
        "message-sent", "message-acked", "send-refused",
        "retry-checked", "retry-repaired", "retry-answered",
        "groups-read", "groups-stale", "group-notification", "group-forgotten",
        "device-lists", "devices-changed", "identity-changed", "identity-renewed", "token-given",
        "missed-answered", "placeholder-asked", "number-preferred", "signed-prekey-made", "signed-prekey-current", "signed-prekey-refused", "keys-checked", "token-issued", "timelock-told", "history-learned",
    ];
}
