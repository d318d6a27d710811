using System.Text;

namespace Shared.Claims;

public enum UsernameFault
{
    None = 0,
    TooShort,
    TooLong,
    HasSpace,
    HasSymbol,
    BadEnd,
    Reserved,
}

/// <summary>3 to 20 of A-Z a-z 0-9 _, a letter or digit at both ends; kept in lower case, for the panel does so.</summary>
public static class UsernameRules
{
    public const int MinLength = 3;
    public const int MaxLength = 20;

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "admin", "administrator", "root", "panel", "staff", "owner", "bot", "wabot", "system", "support", "moderator", "pterodactyl", "pelican",
        "anjing", "bangsat", "kontol", "memek", "ngentot", "bajingan", "goblok", "fuck", "fucker", "shit", "bitch", "cunt", "nigger", "faggot",
    };

    /// <summary>The form that is judged and kept: NFKC, trimmed, lower case.</summary>
    public static string Normalize(string input)
    {
        // Lone surrogates have no normal form; they are symbols to the check below.
        var text = IsWellFormed(input) ? input.Normalize(NormalizationForm.FormKC) : input;
        return text.Trim().ToLowerInvariant();
    }

    /// <summary>The first fault of a normalised name.</summary>
    public static UsernameFault Check(string name) => name switch
    {
        _ when name.Any(char.IsWhiteSpace) => UsernameFault.HasSpace,
        _ when name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_') => UsernameFault.HasSymbol,
        { Length: < MinLength } => UsernameFault.TooShort,
        { Length: > MaxLength } => UsernameFault.TooLong,
        _ when name[0] == '_' || name[^1] == '_' => UsernameFault.BadEnd,
        _ when Reserved.Contains(name) || Reserved.Contains(name.Replace("_", "", StringComparison.Ordinal)) => UsernameFault.Reserved,
        _ => UsernameFault.None,
    };

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }
        return true;
    }
}
