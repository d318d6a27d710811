using WhatsApp.Crypto;

namespace WhatsApp.Signal.Wire;

/// <summary><c>version || {1 key id, 2 iteration, 3 ciphertext} || signature(64)</c> over everything before it.</summary>
internal readonly ref struct SenderKeyMessage
{
    private readonly ReadOnlySpan<byte> _bytes;

    private SenderKeyMessage(ReadOnlySpan<byte> bytes, uint keyId, uint iteration, ReadOnlySpan<byte> ciphertext)
    {
        _bytes = bytes;
        KeyId = keyId;
        Iteration = iteration;
        Ciphertext = ciphertext;
    }

    public uint KeyId { get; }

    public uint Iteration { get; }

    public ReadOnlySpan<byte> Ciphertext { get; }

    public static SenderKeyMessage Parse(ReadOnlySpan<byte> bytes)
    {
        MessageVersion.Require(bytes, 1 + XEdDsa.SignatureSize);
        var reader = new FieldReader(bytes[1..^XEdDsa.SignatureSize]);
        ReadOnlySpan<byte> ciphertext = default;
        uint? keyId = null, iteration = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    keyId = reader.UInt32();
                    break;
                case 2:
                    iteration = reader.UInt32();
                    break;
                case 3:
                    ciphertext = reader.Bytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (keyId is null || iteration is null || ciphertext.IsEmpty)
        {
            throw FieldReader.Malformed();
        }

        return new SenderKeyMessage(bytes, keyId.Value, iteration.Value, ciphertext);
    }

    /// <summary>The message without its signature; <paramref name="ciphertext"/> is the place to encrypt into.</summary>
    public static byte[] Prepare(uint keyId, uint iteration, int ciphertextSize, out Span<byte> ciphertext)
    {
        var size = 1 + FieldWriter.SizeOf(keyId) + FieldWriter.SizeOf(iteration) + FieldWriter.SizeOfBytes(ciphertextSize) + XEdDsa.SignatureSize;
        var bytes = new byte[size];
        bytes[0] = MessageVersion.Own;
        var writer = new FieldWriter(bytes.AsSpan(1));
        writer.UInt32(1, keyId);
        writer.UInt32(2, iteration);
        ciphertext = writer.Bytes(3, ciphertextSize);
        return bytes;
    }

    public static void Seal(byte[] bytes, ReadOnlySpan<byte> signingPrivate, IRandomSource random) =>
        XEdDsa.Sign(signingPrivate, bytes.AsSpan()[..^XEdDsa.SignatureSize], random).CopyTo(bytes, bytes.Length - XEdDsa.SignatureSize);

    public bool IsSignedBy(ReadOnlySpan<byte> edwardsY) =>
        XEdDsa.VerifyWithEdwards(edwardsY, _bytes[..^XEdDsa.SignatureSize], _bytes[^XEdDsa.SignatureSize..]);
}
