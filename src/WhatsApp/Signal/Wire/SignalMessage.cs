using System.Buffers;
using System.Security.Cryptography;

namespace WhatsApp.Signal.Wire;

/// <summary>
/// <c>version || {1 ratchet key, 2 counter, 3 previous counter, 4 ciphertext} || MAC(8)</c>.
/// The MAC covers both identity keys (sender's first) and everything before it.
/// </summary>
internal readonly ref struct SignalMessage
{
    public const int MacSize = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private SignalMessage(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> ratchetKey, uint counter, ReadOnlySpan<byte> ciphertext)
    {
        _bytes = bytes;
        RatchetKey = ratchetKey;
        Counter = counter;
        Ciphertext = ciphertext;
    }

    public ReadOnlySpan<byte> RatchetKey { get; }

    public uint Counter { get; }

    public ReadOnlySpan<byte> Ciphertext { get; }

    public static SignalMessage Parse(ReadOnlySpan<byte> bytes)
    {
        MessageVersion.Require(bytes, 1 + MacSize);
        var reader = new FieldReader(bytes[1..^MacSize]);
        ReadOnlySpan<byte> ratchetKey = default, ciphertext = default;
        uint? counter = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    ratchetKey = SignalPublicKey.FromWire(reader.Bytes());
                    break;
                case 2:
                    counter = reader.UInt32();
                    break;
                case 4:
                    ciphertext = reader.Bytes();
                    break;
                default:
                    reader.Skip(); // 3, the previous counter: chains are kept open, so it is not needed
                    break;
            }
        }

        if (ratchetKey.IsEmpty || counter is null || ciphertext.IsEmpty)
        {
            throw FieldReader.Malformed();
        }

        return new SignalMessage(bytes, ratchetKey, counter.Value, ciphertext);
    }

    /// <summary>The message without its MAC; <paramref name="ciphertext"/> is the place to encrypt into.</summary>
    public static byte[] Prepare(ReadOnlySpan<byte> ratchetKey, uint counter, uint previousCounter, int ciphertextSize, out Span<byte> ciphertext)
    {
        var size = 1 + FieldWriter.SizeOfBytes(SignalPublicKey.WireSize) + FieldWriter.SizeOf(counter) + FieldWriter.SizeOf(previousCounter)
            + FieldWriter.SizeOfBytes(ciphertextSize) + MacSize;
        var bytes = new byte[size];
        bytes[0] = MessageVersion.Own;
        var writer = new FieldWriter(bytes.AsSpan(1));
        writer.Key(1, ratchetKey);
        writer.UInt32(2, counter);
        writer.UInt32(3, previousCounter);
        ciphertext = writer.Bytes(4, ciphertextSize);
        return bytes;
    }

    public static void Seal(byte[] bytes, ReadOnlySpan<byte> macKey, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> receiver) =>
        Mac(bytes.AsSpan()[..^MacSize], macKey, sender, receiver, bytes.AsSpan()[^MacSize..]);

    public bool HasMac(ReadOnlySpan<byte> macKey, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> receiver)
    {
        Span<byte> expected = stackalloc byte[MacSize];
        Mac(_bytes[..^MacSize], macKey, sender, receiver, expected);
        return CryptographicOperations.FixedTimeEquals(expected, _bytes[^MacSize..]);
    }

    private static void Mac(ReadOnlySpan<byte> body, ReadOnlySpan<byte> macKey, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> receiver, Span<byte> mac)
    {
        const int Identities = 2 * SignalPublicKey.WireSize;
        var rented = ArrayPool<byte>.Shared.Rent(Identities + body.Length);
        SignalPublicKey.Write(sender, rented);
        SignalPublicKey.Write(receiver, rented.AsSpan(SignalPublicKey.WireSize));
        body.CopyTo(rented.AsSpan(Identities));
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = HMACSHA256.HashData(macKey, rented.AsSpan(0, Identities + body.Length), full);
        full[..MacSize].CopyTo(mac);
        ArrayPool<byte>.Shared.Return(rented);
    }
}
