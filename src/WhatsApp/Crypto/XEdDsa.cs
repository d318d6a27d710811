using System.Security.Cryptography;

namespace WhatsApp.Crypto;

/// <summary>Signatures with X25519 keys, 64 bytes. Source: the XEdDSA specification; only these lines are ours, the curve is libsodium's.</summary>
internal static unsafe class XEdDsa
{
    public const int SignatureSize = 64;

    public static byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message, IRandomSource random)
    {
        Span<byte> scalar = stackalloc byte[32];
        privateKey.CopyTo(scalar);
        Curve25519.Clamp(scalar);
        Span<byte> edwards = stackalloc byte[32];
        BaseMultiply(edwards, scalar);

        // r = SHA512(FE FF*31 || a || M || Z) mod L
        Span<byte> prefix = stackalloc byte[32];
        prefix.Fill(0xFF);
        prefix[0] = 0xFE;
        Span<byte> nonce = stackalloc byte[64];
        random.Fill(nonce);
        Span<byte> r = stackalloc byte[32];
        HashToScalar(r, prefix, scalar, message, nonce);

        var signature = new byte[SignatureSize];
        BaseMultiply(signature.AsSpan(0, 32), r);

        // s = r + SHA512(R || A || M) * a mod L
        Span<byte> h = stackalloc byte[32];
        HashToScalar(h, signature.AsSpan(0, 32), edwards, message, []);
        Span<byte> reduced = stackalloc byte[32];
        ReduceScalar(reduced, scalar);
        fixed (byte* s = &signature[32], hp = h, ap = reduced, rp = r)
        {
            Sodium.crypto_core_ed25519_scalar_mul(hp, hp, ap);
            Sodium.crypto_core_ed25519_scalar_add(s, hp, rp);
        }

        signature[63] |= (byte)(edwards[31] & 0x80);
        CryptographicOperations.ZeroMemory(scalar);
        CryptographicOperations.ZeroMemory(reduced);
        CryptographicOperations.ZeroMemory(r);
        CryptographicOperations.ZeroMemory(nonce);
        return signature;
    }

    /// <summary>False for a wrong signature, a wrong size and a malformed key alike.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == 32 && VerifyWithEdwards(Curve25519.ToEdwardsY(publicKey), message, signature);

    /// <summary>Verifies with a <see cref="Curve25519.ToEdwardsY"/> result kept by the caller, which saves most of the time.</summary>
    public static bool VerifyWithEdwards(ReadOnlySpan<byte> edwardsY, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize)
        {
            return false;
        }

        Span<byte> key = stackalloc byte[32];
        edwardsY.CopyTo(key);
        key[31] |= (byte)(signature[63] & 0x80);
        Span<byte> plain = stackalloc byte[SignatureSize];
        signature.CopyTo(plain);
        plain[63] &= 0x7F;
        fixed (byte* sp = plain, mp = message, kp = key)
        {
            return Sodium.crypto_sign_ed25519_verify_detached(sp, mp, (ulong)message.Length, kp) == 0;
        }
    }

    private static void BaseMultiply(Span<byte> point, ReadOnlySpan<byte> scalar)
    {
        fixed (byte* q = point, n = scalar)
        {
            if (Sodium.crypto_scalarmult_ed25519_base_noclamp(q, n) != 0)
            {
                throw new CryptographicException("The private key is zero.");
            }
        }
    }

    private static void HashToScalar(Span<byte> result, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(a);
        hash.AppendData(b);
        hash.AppendData(c);
        hash.AppendData(d);
        Span<byte> digest = stackalloc byte[64];
        _ = hash.GetHashAndReset(digest);
        fixed (byte* rp = result, dp = digest)
        {
            Sodium.crypto_core_ed25519_scalar_reduce(rp, dp);
        }

        CryptographicOperations.ZeroMemory(digest); // of the nonce: as good as the private key
    }

    private static void ReduceScalar(Span<byte> result, ReadOnlySpan<byte> scalar)
    {
        Span<byte> wide = stackalloc byte[64];
        wide.Clear();
        scalar.CopyTo(wide);
        fixed (byte* rp = result, wp = wide)
        {
            Sodium.crypto_core_ed25519_scalar_reduce(rp, wp);
        }

        CryptographicOperations.ZeroMemory(wide);

        CryptographicOperations.ZeroMemory(wide);
    }
}
