using System.Globalization;
using System.Text;
using Shared.Claims;

namespace WaBot.Conversation;

internal enum Command
{
    None = 0,
    Claim,
    Status,
    Help,
    Cancel,
    Language,
    Admin,
}

/// <summary>What a member wrote, read generously (chat rule 4).</summary>
internal sealed record Input
{
    private const int Longest = 200; // more than any answer; the rest of 64 kB is not worth a look

    private static readonly Dictionary<string, Command> Commands = new(StringComparer.Ordinal)
    {
        ["claim"] = Command.Claim,
        ["klaim"] = Command.Claim,
        ["status"] = Command.Status,
        ["help"] = Command.Help,
        ["bantuan"] = Command.Help,
        ["menu"] = Command.Help,
        ["batal"] = Command.Cancel,
        ["cancel"] = Command.Cancel,
        ["lang"] = Command.Language,
        ["bahasa"] = Command.Language,
        ["admin"] = Command.Admin,
    };

    private static readonly Dictionary<string, int> Numerals = new(StringComparer.Ordinal)
    {
        ["nol"] = 0,
        ["satu"] = 1,
        ["dua"] = 2,
        ["tiga"] = 3,
        ["empat"] = 4,
        ["lima"] = 5,
        ["enam"] = 6,
        ["tujuh"] = 7,
        ["delapan"] = 8,
        ["sembilan"] = 9,
        ["zero"] = 0,
        ["one"] = 1,
        ["two"] = 2,
        ["three"] = 3,
        ["four"] = 4,
        ["five"] = 5,
        ["six"] = 6,
        ["seven"] = 7,
        ["eight"] = 8,
        ["nine"] = 9,
    };

    private static readonly HashSet<string> YesWords = new(["ya", "iya", "y", "ok", "oke", "okay", "lanjut", "👍", "yes", "yep"], StringComparer.Ordinal);
    private static readonly HashSet<string> NoWords = new(["tidak", "gak", "nggak", "ga", "no", "batal", "cancel"], StringComparer.Ordinal);
    private static readonly HashSet<string> ChangeWords = new(["ubah", "ganti", "change", "edit"], StringComparer.Ordinal);
    private static readonly HashSet<string> DoneWords = new(["sudah", "udah", "done", "selesai"], StringComparer.Ordinal);
    private static readonly HashSet<string> EnglishWords = new(["hi", "hello", "yes", "yep", "change", "done", "cancel", "!cancel", "english"], StringComparer.Ordinal);

    /// <summary>As written, trimmed and not longer than anybody's answer.</summary>
    public string Raw { get; private init; } = "";

    /// <summary>Compatibility forms folded, lower case, single spaces.</summary>
    public string Text { get; private init; } = "";

    /// <summary>It began with an exclamation mark.</summary>
    public bool IsBang { get; private init; }
    public Command Command { get; private init; }

    /// <summary>The word after the command.</summary>
    public string Argument { get; private init; } = "";
    public int? Number { get; private init; }
    public bool IsYes => YesWords.Contains(Text) || (Text.Length > 2 && Text.TrimEnd('a') is "y" or "iy");
    public bool IsNo => NoWords.Contains(Text);
    public bool IsChange => ChangeWords.Contains(Text);
    public bool IsDone => DoneWords.Contains(Text);
    public bool IsStop => Command == Command.Cancel || Text is "batal" or "cancel";
    public bool SpeaksEnglish => EnglishWords.Contains(Text);

    /// <summary>A command without its exclamation mark, for where nothing else could be meant.</summary>
    public Command BareCommand => Commands.GetValueOrDefault(Text);

    public static Input Read(string? message)
    {
        var raw = Clean(message ?? "");
        var text = raw.ToLowerInvariant();
        var isBang = text.StartsWith('!');
        var words = (isBang ? text[1..] : text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new Input
        {
            Raw = raw,
            Text = text.TrimEnd('.', '!', ' ') is { Length: > 0 } kept ? kept : text,
            IsBang = isBang,
            Command = isBang && words.Length > 0 ? Closest(words[0]) : Command.None,
            Argument = words.Length > 1 ? words[1] : "",
            Number = ReadNumber(text),
        };
    }

    private static string Clean(string message)
    {
        var result = new StringBuilder();
        foreach (var rune in message.AsSpan(0, Math.Min(message.Length, Longest)).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                result.Append(' ');
            }
            else if (Rune.GetUnicodeCategory(rune) is not UnicodeCategory.Format && rune.Value != 0xFE0F)
            {
                result.Append(rune.ToString());
            }
        }
        return string.Join(' ', CompatibilityForms.Fold(result.ToString()).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static int? ReadNumber(string text)
    {
        var word = text.Replace("\u20E3", "", StringComparison.Ordinal).Trim(' ', '.', ')', '(', '#', '*');
        foreach (var prefix in (string[])["nomor ", "number ", "no. ", "no ", "no.", "pilih "])
        {
            if (word.StartsWith(prefix, StringComparison.Ordinal))
            {
                word = word[prefix.Length..].Trim();
                break;
            }
        }
        return Numerals.TryGetValue(word, out var numeral) ? numeral
            : word.Length is 1 or 2 && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : null;
    }

    /// <summary>The command meant, one slip of the finger allowed.</summary>
    private static Command Closest(string word)
    {
        word = word.TrimEnd('.', ',', '!', '?');
        return Commands.TryGetValue(word, out var exact) ? exact
            : word.Length < 4 || word.Length > 10 ? Command.None
            : Commands.Where(c => c.Key.Length >= 4 && IsOneSlipAway(word, c.Key)).Select(c => c.Value).FirstOrDefault();
    }

    /// <summary>One letter more, less, other, or two neighbours swapped.</summary>
    private static bool IsOneSlipAway(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 1)
        {
            return false;
        }
        var start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start])
        {
            start++;
        }
        var (restA, restB) = (a[start..], b[start..]);
        return (restA.Length > 0 && restA[1..] == restB)
            || (restB.Length > 0 && restB[1..] == restA)
            || (restA.Length > 0 && restB.Length > 0 && restA[1..] == restB[1..])
            || (restA.Length > 1 && restB.Length > 1 && restA[0] == restB[1] && restA[1] == restB[0] && restA[2..] == restB[2..]);
    }
}
