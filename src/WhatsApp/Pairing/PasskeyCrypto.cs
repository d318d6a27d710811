using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WhatsApp.Pairing;

/// <summary>The keys of the passkey gate, for both sides. Source: facts 7; vector of the handoff key: facts 18.1.</summary>
internal static class PasskeyCrypto
{
    public const int KeySize = 32;
    public const int NonceSize = 12;
    public const int TagSize = 16;

    /// <summary>Proves that the one who asks for the gate's answer is the one whose QR code the phone has read.</summary>
    public static byte[] HandoffKey(ReadOnlySpan<byte> advSecret) => Derive(advSecret, new byte[KeySize], "shortcake-passkey-handoff-v1");

    /// <summary>Seals the pairing request for the phone.</summary>
    public static byte[] RequestKey(ReadOnlySpan<byte> agreement, int deviceType, string reference) => Derive(
        agreement,
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Companion Pairing {deviceType} with ref {reference}")),
        "Pairing Information Encryption Key");

    public static byte[] Commitment(ReadOnlySpan<byte> companion, ReadOnlySpan<byte> nonce) => SHA256.HashData([.. companion, .. nonce]);

    /// <summary>What both screens show; whoever stands in between cannot make them equal.</summary>
    public static string VerificationCode(ReadOnlySpan<byte> primaryNonce, ReadOnlySpan<byte> companionNonce, ReadOnlySpan<byte> primaryPublic)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. companionNonce, .. primaryPublic], hash);
        Span<byte> code = stackalloc byte[LinkingCodes.Size];
        for (var i = 0; i < code.Length; i++)
        {
            code[i] = (byte)(primaryNonce[i] ^ hash[i]);
        }

        return LinkingCodes.Write(code);
    }

    private static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, string label)
    {
        var key = new byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, Encoding.ASCII.GetBytes(label));
        return key;
    }
}
