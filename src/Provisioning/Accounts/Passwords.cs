using Shared.Chance;

namespace Provisioning.Accounts;

/// <summary>Random passwords of 32 characters that a person can copy: no look-alikes, no symbols a chat would format.</summary>
internal static class Passwords
{
    public const int Length = 32;
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    public static string New(IRandomBytes random)
    {
        Span<char> password = stackalloc char[Length];
        Span<byte> draw = stackalloc byte[1];
        var fair = 256 - (256 % Alphabet.Length);
        for (var i = 0; i < password.Length;)
        {
            random.Fill(draw);
            if (draw[0] < fair) // every character equally often
            {
                password[i++] = Alphabet[draw[0] % Alphabet.Length];
            }
        }

        return new string(password);
    }
}
