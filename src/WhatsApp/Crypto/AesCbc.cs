using System.Security.Cryptography;

namespace WhatsApp.Crypto;

/// <summary>AES-256-CBC with PKCS#7 padding.</summary>
internal static class AesCbc
{
    public const int KeySize = 32;
    public const int BlockSize = 16;

    public static int CiphertextSize(int plaintextLength) => ((plaintextLength / BlockSize) + 1) * BlockSize;

    /// <summary>Writes exactly <see cref="CiphertextSize"/> bytes.</summary>
    public static void Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        _ = aes.EncryptCbc(plaintext, iv, ciphertext);
    }

    /// <exception cref="CryptographicException">Not whole blocks, or the padding is wrong.</exception>
    public static byte[] Decrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        return aes.DecryptCbc(ciphertext, iv);
    }
}
