using System.Text;
using WhatsApp.Identity;

namespace WhatsApp.History;

/// <summary>A token of a person's, and when we last gave them ours.</summary>
internal sealed record HistoryToken(Jid Person, byte[]? Token, DateTimeOffset? At, DateTimeOffset? GivenAt);

/// <summary>What a bot needs of an account's history; messages are never kept. Source: facts 16 and 19.</summary>
internal sealed class HistoryFacts
{
    /// <summary>Bounds: an account has thousands of chats, not hundreds of thousands.</summary>
    public const int MostPairs = 100_000;
    public const int MostTokens = 50_000;

    /// <summary>Largest inflated piece that is read.</summary>
    public const long MostInflatedBytes = 1024L * 1024 * 1024;

    private const int MaxText = 512;
    private const int MaxToken = 1024;

    /// <summary>As the phone states them. What merely stands beside a chat teaches nothing.</summary>
    public List<IdentityPair> Pairs { get; } = [];

    public List<HistoryToken> Tokens { get; } = [];

    public byte[]? NctSalt { get; private set; }

    /// <summary>Names people have given themselves, of those that are asked for.</summary>
    public Dictionary<Jid, string> Names { get; } = [];

    /// <param name="inflated">A <c>HistorySync</c>.</param>
    /// <param name="named">Whose names are wanted.</param>
    /// <param name="most">Bytes read at most.</param>
    /// <exception cref="InvalidDataException">It is none, or too long.</exception>
    public static HistoryFacts Read(Stream inflated, Func<Jid, bool> named, long most = MostInflatedBytes)
    {
        var facts = new HistoryFacts();
        var input = new ProtoStream(inflated, most);
        while (input.TryReadTag(null, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (2, 2):
                    facts.ReadConversation(input, input.ReadLength() + input.Position);
                    break;
                case (7, 2):
                    facts.ReadName(input, input.ReadLength() + input.Position, named);
                    break;
                case (15, 2):
                    facts.ReadPair(input, input.ReadLength() + input.Position);
                    break;
                case (19, 2):
                    facts.NctSalt = input.ReadBytes(MaxToken) is { Length: > 0 } salt ? salt : facts.NctSalt;
                    break;
                default:
                    input.SkipValue(wire);
                    break;
            }
        }

        return facts;
    }

    private void ReadConversation(ProtoStream input, long end)
    {
        Jid? id = null, lid = null;
        byte[]? token = null;
        DateTimeOffset? at = null, given = null;
        while (input.TryReadTag(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, 2):
                    id = ReadJid(input);
                    break;
                case (21, 2):
                    token = input.ReadBytes(MaxToken);
                    break;
                case (22, 0):
                    at = Time(input.ReadVarint());
                    break;
                case (28, 0):
                    given = Time(input.ReadVarint());
                    break;
                case (42, 2):
                    lid = ReadJid(input);
                    break;
                default:
                    input.SkipValue(wire); // the messages
                    break;
            }
        }

        if ((lid ?? id) is { IsPerson: true } person && (token is { Length: > 0 } || given is not null) && Tokens.Count < MostTokens)
        {
            Tokens.Add(new HistoryToken(person.Bare, at is null ? null : token, at, given));
        }
    }

    private void ReadName(ProtoStream input, long end, Func<Jid, bool> named)
    {
        Jid? id = null;
        string? name = null;
        while (input.TryReadTag(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, 2):
                    id = ReadJid(input);
                    break;
                case (2, 2):
                    name = ReadText(input);
                    break;
                default:
                    input.SkipValue(wire);
                    break;
            }
        }

        if (id is { IsPerson: true } person && name is { Length: > 0 } && named(person.Bare))
        {
            Names[person.Bare] = name;
        }
    }

    private void ReadPair(ProtoStream input, long end)
    {
        Jid? phone = null, lid = null;
        while (input.TryReadTag(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, 2):
                    phone = ReadJid(input);
                    break;
                case (2, 2):
                    lid = ReadJid(input);
                    break;
                default:
                    input.SkipValue(wire);
                    break;
            }
        }

        if (IdentityPair.Of(phone, lid) is { } pair && Pairs.Count < MostPairs)
        {
            Pairs.Add(pair);
        }
    }

    private static Jid? ReadJid(ProtoStream input) => Jid.TryParse(ReadText(input), out var jid) ? jid : null;

    private static string? ReadText(ProtoStream input) => input.ReadBytes(MaxText) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Seconds, or milliseconds as some phones write them.</summary>
    private static DateTimeOffset? Time(ulong value) => value switch
    {
        0 => null,
        < 253_402_300_799 => DateTimeOffset.FromUnixTimeSeconds((long)value),
        < 253_402_300_799_000 => DateTimeOffset.FromUnixTimeMilliseconds((long)value),
        _ => null,
    };
}
