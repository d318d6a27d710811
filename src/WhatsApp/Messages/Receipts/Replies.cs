using WhatsApp.Binary;

namespace WhatsApp.Messages.Receipts;

/// <summary>The answers a message stanza can get. Source: facts 11.3. All name the sending device exactly as it was written.</summary>
internal static class Replies
{
    /// <summary>The message breaks the rules of its stanza.</summary>
    public const int ParseFailure = 487;

    /// <summary>The message decrypts to something that is no message.</summary>
    public const int BadProtobuf = 491;

    /// <summary>A receipt's type when this device is not on somebody's screen.</summary>
    public const string Inactive = "inactive";

    public const string OwnMessage = "sender";

    public const string Peer = "peer_msg";

    public const string HistorySync = "hist_sync";

    public static Node Receipt(string id, Jid to, Jid? participant, string? type, Jid? recipient = null) => new(
        "receipt",
        new() { ["id"] = id, ["to"] = to, ["participant"] = participant, ["recipient"] = recipient, ["type"] = type });

    public static Node Ack(Node message, int? error = null) => new(
        "ack",
        new()
        {
            ["class"] = "message",
            ["id"] = message["id"],
            ["to"] = message.JidOf("from"),
            ["participant"] = message.JidOf("participant"),
            ["recipient"] = message.JidOf("recipient"),
            ["error"] = error is null ? default(AttributeValue) : error.Value,
        });
}
