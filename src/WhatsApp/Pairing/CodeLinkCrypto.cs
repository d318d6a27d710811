using System.Security.Cryptography;
using System.Text;
using WhatsApp.Crypto;

namespace WhatsApp.Pairing;

/// <summary>The keys of linking by a typed code, for both sides. Source: facts 6; vectors: facts 18.1.</summary>
internal static class CodeLinkCrypto
{
    public const int WrappedSize = SaltSize + StartSize + KeySize;

    private const int KeySize = 32;
    private const int SaltSize = 32;
    private const int StartSize = 16;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int Iterations = 131_072;

    /// <summary>A public key that only who knows the code can read: salt, start value, ciphertext.</summary>
    public static byte[] Wrap(string code, ReadOnlySpan<byte> publicKey, IRandomSource random)
    {
        var salt = random.Bytes(SaltSize);
        var start = random.Bytes(StartSize);
        return [.. salt, .. start, .. AesCtr.Apply(KeyOf(code, salt), start, publicKey)];
    }

    /// <summary>The key inside; with another code than the one it was wrapped with it is another key, and nothing here can tell.</summary>
    public static byte[] Unwrap(string code, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length != WrappedSize)
        {
            throw new CryptographicException($"A wrapped key has {WrappedSize} bytes.");
        }

        return AesCtr.Apply(KeyOf(code, wrapped[..SaltSize]), wrapped.Slice(SaltSize, StartSize), wrapped[(SaltSize + StartSize)..]);
    }

    public static byte[] KeyOf(string code, ReadOnlySpan<byte> salt) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(code), salt, Iterations, HashAlgorithmName.SHA256, KeySize);

    public static byte[] BundleKey(ReadOnlySpan<byte> ephemeralSecret, ReadOnlySpan<byte> salt)
    {
        var key = new byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, ephemeralSecret, key, salt, "link_code_pairing_key_bundle_encryption_key"u8);
        return key;
    }

    /// <summary>Both identities and our share of the secret, readable by who holds the other half of the agreement.</summary>
    public static byte[] SealBundle(ReadOnlySpan<byte> ephemeralSecret, ReadOnlySpan<byte> plain, IRandomSource random)
    {
        var salt = random.Bytes(SaltSize);
        var nonce = random.Bytes(NonceSize);
        var sealedPart = new byte[plain.Length + TagSize];
        using var aes = new AesGcm(BundleKey(ephemeralSecret, salt), TagSize);
        aes.Encrypt(nonce, plain, sealedPart.AsSpan(0, plain.Length), sealedPart.AsSpan(plain.Length));
        return [.. salt, .. nonce, .. sealedPart];
    }

    /// <exception cref="CryptographicException">It was sealed with another secret: the codes differ.</exception>
    public static byte[] OpenBundle(ReadOnlySpan<byte> ephemeralSecret, ReadOnlySpan<byte> bundle)
    {
        if (bundle.Length <= SaltSize + NonceSize + TagSize)
        {
            throw new CryptographicException("The bundle is too short.");
        }

        var content = bundle[(SaltSize + NonceSize)..];
        var plain = new byte[content.Length - TagSize];
        using var aes = new AesGcm(BundleKey(ephemeralSecret, bundle[..SaltSize]), TagSize);
        aes.Decrypt(bundle.Slice(SaltSize, NonceSize), content[..^TagSize], content[^TagSize..], plain);
        return plain;
    }

    public static byte[] AdvSecret(ReadOnlySpan<byte> ephemeralSecret, ReadOnlySpan<byte> identitySecret, ReadOnlySpan<byte> share)
    {
        var secret = new byte[KeySize];
        byte[] input = [.. ephemeralSecret, .. identitySecret, .. share];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, input, secret, new byte[KeySize], "adv_secret"u8);
        CryptographicOperations.ZeroMemory(input);
        return secret;
    }
}
