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

    /// <summary>The form that is judged and kept: compatibility forms folded, trimmed, lower case.</summary>
    public static string Normalize(string input) => CompatibilityForms.Fold(input).Trim().ToLowerInvariant();

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
}
