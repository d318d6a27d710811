using System.Security.Cryptography;
using System.Text;

namespace WhatsApp.Tests.Connection;

/// <summary>AES-256-GCM, as the host's.</summary>
internal sealed class TestProtector(byte[]? key = null) : ISecretProtector
{
    private readonly byte[] _key = key ?? SHA256.HashData("test"u8);

    public byte[] Protect(ReadOnlySpan<byte> plain, string purpose)
    {
        var result = new byte[12 + plain.Length + 16];
        RandomNumberGenerator.Fill(result.AsSpan(0, 12));
        using var aes = new AesGcm(_key, 16);
        aes.Encrypt(result.AsSpan(0, 12), plain, result.AsSpan(12, plain.Length), result.AsSpan(12 + plain.Length), Encoding.UTF8.GetBytes(purpose));
        return result;
    }

    public byte[] Unprotect(ReadOnlySpan<byte> cipher, string purpose)
    {
        var plain = new byte[cipher.Length - 28];
        using var aes = new AesGcm(_key, 16);
        aes.Decrypt(cipher[..12], cipher[12..^16], cipher[^16..], plain, Encoding.UTF8.GetBytes(purpose));
        return plain;
    }
}
