using System.Security.Cryptography;

namespace WhatsApp.Crypto;

/// <summary>X25519, from libsodium. All keys are 32 bytes.</summary>
internal static unsafe class Curve25519
{
    public const int KeySize = 32;

    /// <summary>The shared secret of a private and a foreign public key.</summary>
    /// <exception cref="CryptographicException">The public key is a low-order point: the secret would be all zero.</exception>
    public static byte[] Agree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey)
    {
        RequireKeySize(privateKey);
        RequireKeySize(publicKey);
        var secret = new byte[KeySize];
        fixed (byte* q = secret, n = privateKey, p = publicKey)
        {
            if (Sodium.crypto_scalarmult_curve25519(q, n, p) != 0)
            {
                throw new CryptographicException("The peer's public key is a low-order point.");
            }
        }

        return secret;
    }

    public static byte[] PublicOf(ReadOnlySpan<byte> privateKey)
    {
        RequireKeySize(privateKey);
        var publicKey = new byte[KeySize];
        fixed (byte* q = publicKey, n = privateKey)
        {
            _ = Sodium.crypto_scalarmult_curve25519_base(q, n);
        }

        return publicKey;
    }

    public static void Clamp(Span<byte> privateKey)
    {
        privateKey[0] &= 248;
        privateKey[31] &= 127;
        privateKey[31] |= 64;
    }

    /// <summary>The Edwards y-coordinate, sign bit clear, of a Montgomery public key: (u-1)/(u+1). Public data only.</summary>
    internal static byte[] ToEdwardsY(ReadOnlySpan<byte> publicKey)
    {
        RequireKeySize(publicKey);
        var u = FieldElement.Read(publicKey);
        return ((u - FieldElement.One) * (u + FieldElement.One).Invert()).ToBytes();
    }

    private static void RequireKeySize(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeySize)
        {
            throw new CryptographicException($"A Curve25519 key has {KeySize} bytes, not {key.Length}.");
        }
    }
}
