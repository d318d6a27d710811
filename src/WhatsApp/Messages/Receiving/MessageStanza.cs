using WhatsApp.Binary;
using WhatsApp.Identity;
using WhatsApp.Signal;

namespace WhatsApp.Messages.Receiving;

/// <summary>One encrypted part of a message stanza.</summary>
internal sealed record EncryptedPart(CiphertextType Type, ReadOnlyMemory<byte> Bytes, bool Padded);

/// <summary>What a message stanza says in clear. Source: facts 11.1 and 11.2.</summary>
internal sealed record MessageStanza
{
    /// <summary>A message comes as one or two parts; a crowd of them is an attack on the ratchets.</summary>
    public const int MaxParts = 8;

    /// <summary>Largest ciphertext taken. A text of 64 kB with all its wrapping is far below.</summary>
    public const int MaxPartBytes = 1024 * 1024;

    private const int MaxNameLength = 100;

    public required string Id { get; init; }

    /// <summary>The chat as written: a person's device or a group.</summary>
    public required Jid From { get; init; }

    /// <summary>The sending device as written; in groups the participant.</summary>
    public required Jid Sender { get; init; }

    public Jid? Participant { get; init; }

    /// <summary>Own messages from another own device: the chat they were sent to.</summary>
    public Jid? Recipient { get; init; }

    public required DateTimeOffset At { get; init; }

    public string? PushName { get; init; }

    public bool Offline { get; init; }

    public bool IsPeer { get; init; }

    public bool IsEdit { get; init; }

    public IReadOnlyList<IdentityPair> Pairs { get; init; } = [];

    /// <summary>Pairwise parts first: they carry the sender key the group part needs.</summary>
    public IReadOnlyList<EncryptedPart> Parts { get; init; } = [];

    /// <summary>The service only says that there was a message; its content will not come.</summary>
    public bool Unavailable { get; init; }

    public ReadOnlyMemory<byte>? PrivacyToken { get; init; }

    /// <summary>Who vouches for the sending companion.</summary>
    public ReadOnlyMemory<byte>? Certificate { get; init; }

    /// <exception cref="MalformedNodeException">The stanza breaks its own rules; names every fault.</exception>
    public static MessageStanza Read(Node node)
    {
        var reader = new NodeReader(node, "message");
        var id = reader.RequiredString("id");
        var from = reader.RequiredJid("from");
        var at = reader.RequiredUnixSeconds("t");
        var participant = from.IsGroup ? reader.RequiredJid("participant") : reader.OptionalJid("participant");
        reader.ThrowIfMalformed();

        var problems = new List<string>();
        if (id.Length > 128)
        {
            problems.Add("id is too long");
        }

        var sender = from.IsGroup ? participant!.Value : from;
        if (!sender.IsPerson)
        {
            problems.Add("the sender is no person");
        }

        var parts = ReadParts(node, problems);
        var unavailable = node.Child("unavailable") is not null;
        if (parts.Count == 0 && !unavailable)
        {
            problems.Add("no part can be read");
        }

        if (problems.Count > 0)
        {
            throw new MalformedNodeException("message", problems);
        }

        return new MessageStanza
        {
            Id = id,
            From = from,
            Sender = sender,
            Participant = participant,
            Recipient = node.JidOf("recipient"),
            At = at,
            PushName = Shorten(node["notify"]),
            Offline = node["offline"] is not null,
            IsPeer = node["category"] == "peer",
            IsEdit = node["edit"] == "1",
            Pairs = [.. ReadPairs(node, sender)],
            Parts = parts,
            Unavailable = unavailable,
            PrivacyToken = node.Child("tctoken")?.Bytes,
            Certificate = node.Child("device-identity")?.Bytes,
        };
    }

    private static List<EncryptedPart> ReadParts(Node node, List<string> problems)
    {
        var encrypted = node.ChildrenOf("enc").Take(MaxParts + 1).ToList();
        if (encrypted.Count > MaxParts)
        {
            problems.Add("too many parts");
            return [];
        }

        var parts = new List<EncryptedPart>();
        foreach (var part in encrypted)
        {
            CiphertextType? type = part["type"] switch
            {
                "pkmsg" => CiphertextType.PreKeyMessage,
                "msg" => CiphertextType.Message,
                "skmsg" => CiphertextType.SenderKeyMessage,
                _ => null,
            };
            if (part.Bytes is { Length: > MaxPartBytes })
            {
                problems.Add("a part is too large");
            }
            else if (type is not null && part["v"] is "2" or "3" && part.Bytes is { Length: > 0 } bytes)
            {
                parts.Add(new(type.Value, bytes, part["v"] == "2"));
            }
        }

        return [.. parts.OrderBy(part => part.Type == CiphertextType.SenderKeyMessage)];
    }

    private static IEnumerable<IdentityPair> ReadPairs(Node node, Jid sender)
    {
        IdentityPair?[] pairs =
        [
            IdentityPair.Of(sender, node.JidOf("sender_pn")), IdentityPair.Of(sender, node.JidOf("sender_lid")),
            IdentityPair.Of(sender, node.JidOf("participant_pn")), IdentityPair.Of(sender, node.JidOf("participant_lid")),
            IdentityPair.Of(node.JidOf("recipient"), node.JidOf("peer_recipient_pn")),
            IdentityPair.Of(node.JidOf("recipient"), node.JidOf("peer_recipient_lid")),
        ];
        return pairs.OfType<IdentityPair>().Distinct();
    }

    /// <summary>Never in the middle of a surrogate pair.</summary>
    private static string? Shorten(string? name) =>
        name is { Length: > MaxNameLength } ? name[..(char.IsHighSurrogate(name[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength)] : name;
}
