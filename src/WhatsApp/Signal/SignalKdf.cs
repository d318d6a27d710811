using System.Security.Cryptography;
using WhatsApp.Crypto;

namespace WhatsApp.Signal;

/// <summary>The key derivations of the Signal protocol, version 3. Every size is fixed by its label.</summary>
internal static class SignalKdf
{
    public const int KeySize = 32;
    public const int MessageKeysSize = 80;
    public const int GroupKeysSize = 48;

    // Spelled out: an empty salt means the same, but not every OpenSSL takes an empty key.
    private static readonly byte[] NoSalt = new byte[KeySize];

    private static ReadOnlySpan<byte> SeedConstant => [1];

    private static ReadOnlySpan<byte> ChainConstant => [2];

    /// <summary>Takes the seed of the next message from a chain key and moves the chain key on, in place.</summary>
    public static void StepChain(Span<byte> chainKey, Span<byte> seed)
    {
        _ = HMACSHA256.HashData(chainKey, SeedConstant, seed);
        SkipChain(chainKey);
    }

    /// <summary>Moves the chain key on without taking a seed.</summary>
    public static void SkipChain(Span<byte> chainKey)
    {
        Span<byte> next = stackalloc byte[KeySize];
        _ = HMACSHA256.HashData(chainKey, ChainConstant, next);
        next.CopyTo(chainKey);
        CryptographicOperations.ZeroMemory(next);
    }

    /// <summary>The keys of one message: cipher key 32, MAC key 32, IV 16.</summary>
    public static void MessageKeys(ReadOnlySpan<byte> seed, Span<byte> keys) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, keys, NoSalt, "WhisperMessageKeys"u8);

    /// <summary>The keys of one group message: IV 16, cipher key 32.</summary>
    public static void GroupKeys(ReadOnlySpan<byte> seed, Span<byte> keys) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, keys, NoSalt, "WhisperGroup"u8);

    /// <summary>The first root key and chain key from the secrets agreed by X3DH.</summary>
    public static void FirstKeys(ReadOnlySpan<byte> secret, Span<byte> root, Span<byte> chain)
    {
        Span<byte> keys = stackalloc byte[2 * KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, keys, NoSalt, "WhisperText"u8);
        Split(keys, root, chain);
    }

    /// <summary>One turn of the root: the root key moves on in place and gives the key of a new chain.</summary>
    /// <exception cref="SignalException">The other side's key is a low-order point.</exception>
    public static void StepRoot(Span<byte> root, ReadOnlySpan<byte> ourPrivate, ReadOnlySpan<byte> theirPublic, Span<byte> chain)
    {
        var agreement = Agree(ourPrivate, theirPublic);
        Span<byte> keys = stackalloc byte[2 * KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, agreement, keys, root, "WhisperRatchet"u8);
        CryptographicOperations.ZeroMemory(agreement);
        Split(keys, root, chain);
    }

    /// <exception cref="SignalException">The public key is of a wrong size or a low-order point.</exception>
    public static byte[] Agree(ReadOnlySpan<byte> ourPrivate, ReadOnlySpan<byte> theirPublic)
    {
        try
        {
            return Curve25519.Agree(ourPrivate, theirPublic);
        }
        catch (CryptographicException unusable)
        {
            throw new SignalException(SignalFault.InvalidKey, "A public key of the other side cannot be used.", unusable);
        }
    }

    private static void Split(Span<byte> keys, Span<byte> first, Span<byte> second)
    {
        keys[..KeySize].CopyTo(first);
        keys[KeySize..].CopyTo(second);
        CryptographicOperations.ZeroMemory(keys);
    }
}
