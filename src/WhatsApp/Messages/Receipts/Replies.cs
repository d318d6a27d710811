using WhatsApp.Binary;

namespace WhatsApp.Messages.Receipts;

/// <summary>The answers a message stanza can get. Source: facts 11.3. All name the sending device exactly as it was written.</summary>
internal static class Replies
{
    /// <summary>A receipt's type when this device is not on somebody's screen.</summary>
    public const string Inactive = "inactive";

    public const string OwnMessage = "sender";

    public const string Peer = "peer_msg";

    public const string HistorySync = "hist_sync";

    public static Node Receipt(string id, Jid to, Jid? participant, string? type, Jid? recipient = null) => new(
        "receipt",
        new() { ["id"] = id, ["to"] = to, ["participant"] = participant, ["recipient"] = recipient, ["type"] = type });
}
