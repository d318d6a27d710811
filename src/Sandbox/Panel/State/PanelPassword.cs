using System.Security.Cryptography;
using WhatsApp;

namespace Sandbox.Panel.State;

/// <summary>Passwords as salted hashes, so that the state file holds none.</summary>
internal static class PanelPassword
{
    private const int Rounds = 1_000; // synthetic passwords of 32 random characters
    private const int SaltLength = 16;

    public static string Hash(string password, IRandomSource random) => Encode(password, random.Bytes(SaltLength));

    public static bool Matches(string password, string? stored) =>
        stored is not null && CryptographicOperations.FixedTimeEquals(
            Convert.FromBase64String(stored),
            Convert.FromBase64String(Encode(password, Convert.FromBase64String(stored)[..SaltLength])));

    private static string Encode(string password, byte[] salt) =>
        Convert.ToBase64String([.. salt, .. Rfc2898DeriveBytes.Pbkdf2(password, salt, Rounds, HashAlgorithmName.SHA256, 32)]);
}
