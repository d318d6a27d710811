using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using WhatsApp.Crypto;

namespace WhatsApp.Wire;

/// <summary>Noise's symmetric state during the handshake, the same for both sides.</summary>
/// <remarks>Vectors: facts of the protocol, "Known-answer vectors".</remarks>
internal sealed class NoiseHandshakeState : IDisposable
{
    public const string Xx = "Noise_XX_25519_AESGCM_SHA256";

    private readonly byte[] _hash;
    private readonly byte[] _chainingKey;
    private readonly byte[] _key;
    private uint _counter;

    public NoiseHandshakeState(string pattern, ReadOnlySpan<byte> prologue)
    {
        // A name of at most 32 bytes is taken as it is, padded with zeros; a longer one is hashed.
        var name = Encoding.ASCII.GetBytes(pattern);
        _hash = name.Length > 32 ? SHA256.HashData(name) : [.. name, .. new byte[32 - name.Length]];
        _chainingKey = [.. _hash];
        _key = [.. _hash];
        MixHash(prologue);
    }

    public ReadOnlySpan<byte> Hash => _hash;

    public ReadOnlySpan<byte> ChainingKey => _chainingKey;

    internal ReadOnlySpan<byte> Key => _key;

    public void MixHash(ReadOnlySpan<byte> data)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(_hash);
        sha.AppendData(data);
        _ = sha.GetHashAndReset(_hash);
    }

    /// <exception cref="CryptographicException">The public key is a low-order point.</exception>
    public void MixKey(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey)
    {
        var secret = Curve25519.Agree(privateKey, publicKey);
        Span<byte> output = stackalloc byte[64];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, output, _chainingKey, []);
        output[..32].CopyTo(_chainingKey);
        output[32..].CopyTo(_key);
        _counter = 0;
        CryptographicOperations.ZeroMemory(output);
        CryptographicOperations.ZeroMemory(secret);
    }

    public byte[] Encrypt(ReadOnlySpan<byte> plain)
    {
        var sealedBytes = new byte[plain.Length + NoiseCipher.TagSize];
        using var aes = new AesGcm(_key, NoiseCipher.TagSize);
        aes.Encrypt(NextNonce(stackalloc byte[NoiseCipher.NonceSize]), plain, sealedBytes.AsSpan(0, plain.Length), sealedBytes.AsSpan(plain.Length), _hash);
        MixHash(sealedBytes);
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">Too short or not authentic.</exception>
    public byte[] Decrypt(ReadOnlySpan<byte> sealedBytes)
    {
        var size = sealedBytes.Length - NoiseCipher.TagSize;
        if (size < 0)
        {
            throw new CryptographicException("Shorter than its authentication tag.");
        }

        var plain = new byte[size];
        using var aes = new AesGcm(_key, NoiseCipher.TagSize);
        aes.Decrypt(NextNonce(stackalloc byte[NoiseCipher.NonceSize]), sealedBytes[..size], sealedBytes[size..], plain, _hash);
        MixHash(sealedBytes);
        return plain;
    }

    /// <summary>The two transport ciphers: first what the initiator writes, then what the responder writes.</summary>
    public (NoiseCipher Initiator, NoiseCipher Responder) Split()
    {
        Span<byte> output = stackalloc byte[64];
        Span<byte> extracted = stackalloc byte[32];
        HMACSHA256.HashData(_chainingKey, [], extracted); // HKDF's extract step: OpenSSL's own refuses empty key material
        HKDF.Expand(HashAlgorithmName.SHA256, extracted, output, []);
        var ciphers = (new NoiseCipher(output[..32]), new NoiseCipher(output[32..]));
        CryptographicOperations.ZeroMemory(extracted);
        CryptographicOperations.ZeroMemory(output);
        return ciphers;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_chainingKey);
        CryptographicOperations.ZeroMemory(_key);
    }

    private Span<byte> NextNonce(Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], _counter++);
        return nonce;
    }
}
