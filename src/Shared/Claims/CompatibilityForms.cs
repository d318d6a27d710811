using System.Text;

namespace Shared.Claims;

/// <summary>
/// The part of NFKC that phones' keyboards and "fancy font" apps produce: wide letters and digits, mathematical letters and digits, odd spaces.
/// The program runs without ICU (invariant globalization), where .NET's own normalization leaves text as it is. What is not folded is refused as a symbol.
/// </summary>
public static class CompatibilityForms
{
    private const int MathLetters = 0x1D400;
    private const int MathDigits = 0x1D7CE;

    /// <summary>The text with those forms replaced by plain ASCII. A lone surrogate becomes U+FFFD.</summary>
    public static string Fold(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(Fold(rune).ToString());
        }
        return result.ToString();
    }

    private static Rune Fold(Rune rune) => rune.Value switch
    {
        >= 0xFF01 and <= 0xFF5E => new Rune(rune.Value - 0xFF01 + '!'),
        0x3000 or 0x00A0 or (>= 0x2000 and <= 0x200A) or 0x202F or 0x205F => new Rune(' '),
        >= MathLetters and <= 0x1D6A3 when (rune.Value - MathLetters) % 52 is var letter => new Rune(letter < 26 ? 'A' + letter : 'a' + letter - 26),
        >= MathDigits and <= 0x1D7FF => new Rune('0' + ((rune.Value - MathDigits) % 10)),
        _ => rune,
    };
}
