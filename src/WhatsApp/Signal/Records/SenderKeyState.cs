using WhatsApp.Crypto;

namespace WhatsApp.Signal.Records;

/// <summary>One sender key: a chain for the messages and a key for their signatures, with its Edwards form kept because it is dear to compute.</summary>
internal sealed class SenderKeyState(uint keyId, byte[] signingKey, byte[] signingKeyEdwards, byte[]? signingPrivate, ReceivingChain chain)
{
    public uint KeyId { get; } = keyId;

    public byte[] SigningKey { get; } = signingKey;

    public byte[] SigningKeyEdwards { get; } = signingKeyEdwards;

    /// <summary>Only of our own.</summary>
    public byte[]? SigningPrivate { get; } = signingPrivate;

    public ReceivingChain Chain { get; set; } = chain;

    public int Size => sizeof(uint) + (2 * SignalKdf.KeySize) + 1 + (SigningPrivate is null ? 0 : SignalKdf.KeySize) + Chain.Size;

    /// <summary>A fresh key of our own.</summary>
    public static SenderKeyState Create(IRandomSource random)
    {
        var signing = KeyPair.Generate(random);
        return new SenderKeyState(
            random.PositiveInt31(),
            signing.Public,
            Curve25519.ToEdwardsY(signing.Public),
            signing.Private,
            new ReceivingChain(random.Bytes(SignalKdf.KeySize), 0, default));
    }

    public static SenderKeyState Read(ref RecordReader reader) => new(
        reader.UInt32(),
        reader.Key(),
        reader.Key(),
        reader.Byte() != 0 ? reader.Key() : null,
        ReceivingChain.Read(ref reader));

    public void Write(ref RecordWriter writer)
    {
        writer.UInt32(KeyId);
        writer.Bytes(SigningKey);
        writer.Bytes(SigningKeyEdwards);
        writer.Byte((byte)(SigningPrivate is null ? 0 : 1));
        writer.Bytes(SigningPrivate);
        Chain.Write(ref writer);
    }
}
