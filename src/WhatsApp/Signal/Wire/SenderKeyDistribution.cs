namespace WhatsApp.Signal.Wire;

/// <summary><c>version || {1 key id, 2 iteration, 3 chain key(32), 4 signing key(33)}</c>: hands a group's sender key to one device.</summary>
internal readonly ref struct SenderKeyDistribution
{
    private SenderKeyDistribution(uint keyId, uint iteration, ReadOnlySpan<byte> chainKey, ReadOnlySpan<byte> signingKey)
    {
        KeyId = keyId;
        Iteration = iteration;
        ChainKey = chainKey;
        SigningKey = signingKey;
    }

    public uint KeyId { get; }

    public uint Iteration { get; }

    public ReadOnlySpan<byte> ChainKey { get; }

    public ReadOnlySpan<byte> SigningKey { get; }

    public static SenderKeyDistribution Parse(ReadOnlySpan<byte> bytes)
    {
        MessageVersion.Require(bytes, 1);
        var reader = new FieldReader(bytes[1..]);
        ReadOnlySpan<byte> chainKey = default, signingKey = default;
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
                    chainKey = reader.Bytes();
                    break;
                case 4:
                    signingKey = SignalPublicKey.FromWire(reader.Bytes());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (keyId is null || iteration is null || chainKey.Length != SignalKdf.KeySize || signingKey.IsEmpty)
        {
            throw FieldReader.Malformed();
        }

        return new SenderKeyDistribution(keyId.Value, iteration.Value, chainKey, signingKey);
    }

    public static byte[] Write(uint keyId, uint iteration, ReadOnlySpan<byte> chainKey, ReadOnlySpan<byte> signingKey)
    {
        var size = 1 + FieldWriter.SizeOf(keyId) + FieldWriter.SizeOf(iteration) + FieldWriter.SizeOfBytes(SignalKdf.KeySize) + FieldWriter.SizeOfBytes(SignalPublicKey.WireSize);
        var bytes = new byte[size];
        bytes[0] = MessageVersion.Own;
        var writer = new FieldWriter(bytes.AsSpan(1));
        writer.UInt32(1, keyId);
        writer.UInt32(2, iteration);
        writer.Bytes(3, chainKey);
        writer.Key(4, signingKey);
        return bytes;
    }
}
