using WhatsApp;

namespace Sandbox.Service.Requests;

/// <summary>Numbers for synthetic addresses.</summary>
internal static class RandomDigits
{
    public static string Digits(this IRandomSource random, int count) =>
        string.Create(count, random, (digits, source) =>
        {
            for (var i = 0; i < digits.Length; i++)
            {
                digits[i] = (char)('0' + (int)(source.Fraction() * 10));
            }
        });
}
