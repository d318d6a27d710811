using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WhatsApp.Wire;

/// <summary>One direction of the transport phase: AES-256-GCM with a frame counter as the nonce. For one thread at a time.</summary>
internal sealed class NoiseCipher(ReadOnlySpan<byte> key, uint counter = 0) : IDisposable
{
    public const int TagSize = 16;
    public const int NonceSize = 12;

    private readonly AesGcm _aes = new(key, TagSize);
    private uint _counter = counter;

    /// <summary>Encrypts in place and writes the tag behind.</summary>
    /// <param name="frame">The plain bytes and 16 bytes of room.</param>
    /// <exception cref="IOException">The counter is used up: connect anew.</exception>
    public void EncryptInPlace(Span<byte> frame)
    {
        var text = frame[..^TagSize];
        _aes.Encrypt(NextNonce(stackalloc byte[NonceSize]), text, text, frame[^TagSize..]);
    }

    /// <summary>Decrypts in place.</summary>
    /// <returns>How many plain bytes the frame begins with now.</returns>
    /// <exception cref="IOException">Not authentic, too short, or the counter is used up: the stream is broken.</exception>
    public int DecryptInPlace(Span<byte> frame)
    {
        if (frame.Length < TagSize)
        {
            throw new IOException("A frame is shorter than its authentication tag.");
        }

        var text = frame[..^TagSize];
        try
        {
            _aes.Decrypt(NextNonce(stackalloc byte[NonceSize]), text, frame[^TagSize..], text);
        }
        catch (AuthenticationTagMismatchException fault)
        {
            throw new IOException("A frame did not authenticate.", fault);
        }

        return text.Length;
    }

    public void Dispose() => _aes.Dispose();

    private Span<byte> NextNonce(Span<byte> nonce)
    {
        if (_counter == uint.MaxValue)
        {
            throw new IOException("The frame counter is used up.");
        }

        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], _counter++);
        return nonce;
    }
}
