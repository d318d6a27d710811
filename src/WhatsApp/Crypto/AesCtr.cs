using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WhatsApp.Crypto;

/// <summary>AES-256 in counter mode with a 16-byte start value, big-endian: .NET has the block cipher, not the mode.</summary>
internal static class AesCtr
{
    private const int BlockSize = 16;

    /// <summary>Encrypts or decrypts; both are the same.</summary>
    public static byte[] Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> start, ReadOnlySpan<byte> text)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        Span<byte> counter = stackalloc byte[BlockSize];
        Span<byte> stream = stackalloc byte[BlockSize];
        start.CopyTo(counter);
        var result = text.ToArray();
        for (var offset = 0; offset < result.Length; offset += BlockSize)
        {
            aes.EncryptEcb(counter, stream, PaddingMode.None);
            for (var i = 0; i < BlockSize && offset + i < result.Length; i++)
            {
                result[offset + i] ^= stream[i];
            }

            BinaryPrimitives.WriteUInt128BigEndian(counter, BinaryPrimitives.ReadUInt128BigEndian(counter) + 1);
        }

        CryptographicOperations.ZeroMemory(stream);
        return result;
    }
}
