using WhatsApp.Binary;

namespace WhatsApp.Connection;

/// <summary>The answers a stanza wants so that the service does not send it again. Source: facts 11.3.</summary>
internal static class StanzaAcks
{
    /// <summary>Tags the service waits for an answer to.</summary>
    public static bool IsWanted(string tag) => tag is "message" or "receipt" or "notification" or "call";

    /// <summary>Seen: <c>&lt;ack class=TAG id to=FROM [participant] [recipient] [type]/&gt;</c>; no type for messages and changed identities.</summary>
    public static Node Ack(Node stanza) => new("ack", new()
    {
        ["class"] = stanza.Tag,
        ["id"] = stanza["id"],
        ["to"] = stanza.Attributes["from"],
        ["participant"] = stanza.Attributes["participant"],
        ["recipient"] = stanza.Attributes["recipient"],
        ["type"] = stanza.Tag == "message" || (stanza["type"] == "encrypt" && stanza.Child("identity") is not null) ? null : stanza["type"],
    });

    /// <summary>Not understood, and which way.</summary>
    public static Node Nack(Node stanza, int error) => new("ack", new()
    {
        ["class"] = stanza.Tag,
        ["id"] = stanza["id"],
        ["to"] = stanza.Attributes["from"],
        ["participant"] = stanza.Attributes["participant"],
        ["error"] = error,
    });
}

/// <summary>Error codes of a negative ack. Source: facts 11.3.</summary>
internal static class NackCodes
{
    public const int Parsing = 487;
    public const int UnknownStanza = 488;
    public const int UnknownClass = 489;
    public const int UnknownType = 490;
    public const int BadProtobuf = 491;
    public const int OldCounter = 496;
    public const int Unhandled = 500;
}
