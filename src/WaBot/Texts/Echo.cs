using System.Globalization;
using System.Text;

namespace WaBot.Texts;

/// <summary>Foreign words (names, wrong input) made fit to stand inside a text of ours: short, one line, no formatting, nothing invisible.</summary>
internal static class Echo
{
    public const int MaxLength = 30;

    public static string Of(string? text)
    {
        var result = new StringBuilder(MaxLength);
        foreach (var rune in (text ?? "").AsSpan(0, Math.Min(text?.Length ?? 0, 4 * MaxLength)).EnumerateRunes())
        {
            if (result.Length + rune.Utf16SequenceLength > MaxLength)
            {
                return result.ToString().TrimEnd() + "…";
            }
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control:
                    if (result.Length > 0 && result[^1] != ' ')
                    {
                        result.Append(' ');
                    }
                    break;
                case UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned:
                    break; // direction marks and the like could turn our own words around
                default:
                    if (rune.Value is not ('*' or '`' or '~' or '{' or '}' or 0xFFFD))
                    {
                        result.Append(rune.ToString());
                    }
                    break;
            }
        }
        return result.ToString().Trim() is { Length: > 0 } kept ? kept : "…";
    }
}
