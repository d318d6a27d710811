namespace WhatsApp.Signal.Wire;

/// <summary>
/// <c>version || {1 one-time prekey id, 2 base key, 3 identity, 4 a whole SignalMessage, 5 registration id, 6 signed prekey id}</c>:
/// a message that carries all its receiver needs to begin the session. No MAC of its own.
/// </summary>
internal readonly ref struct PreKeySignalMessage
{
    private PreKeySignalMessage(uint? preKeyId, uint signedPreKeyId, uint registrationId, ReadOnlySpan<byte> baseKey, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> message)
    {
        PreKeyId = preKeyId;
        SignedPreKeyId = signedPreKeyId;
        RegistrationId = registrationId;
        BaseKey = baseKey;
        Identity = identity;
        Message = message;
    }

    public uint? PreKeyId { get; }

    public uint SignedPreKeyId { get; }

    public uint RegistrationId { get; }

    public ReadOnlySpan<byte> BaseKey { get; }

    public ReadOnlySpan<byte> Identity { get; }

    public ReadOnlySpan<byte> Message { get; }

    public static PreKeySignalMessage Parse(ReadOnlySpan<byte> bytes)
    {
        MessageVersion.Require(bytes, 1);
        var reader = new FieldReader(bytes[1..]);
        ReadOnlySpan<byte> baseKey = default, identity = default, message = default;
        uint? preKeyId = null, signedPreKeyId = null;
        uint registrationId = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    preKeyId = reader.UInt32();
                    break;
                case 2:
                    baseKey = SignalPublicKey.FromWire(reader.Bytes());
                    break;
                case 3:
                    identity = SignalPublicKey.FromWire(reader.Bytes());
                    break;
                case 4:
                    message = reader.Bytes();
                    break;
                case 5:
                    registrationId = reader.UInt32();
                    break;
                case 6:
                    signedPreKeyId = reader.UInt32();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (baseKey.IsEmpty || identity.IsEmpty || message.IsEmpty || signedPreKeyId is null)
        {
            throw FieldReader.Malformed();
        }

        return new PreKeySignalMessage(preKeyId, signedPreKeyId.Value, registrationId, baseKey, identity, message);
    }

    public static byte[] Write(uint? preKeyId, uint signedPreKeyId, uint registrationId, ReadOnlySpan<byte> baseKey, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> message)
    {
        var size = 1 + (preKeyId is { } given ? FieldWriter.SizeOf(given) : 0) + (2 * FieldWriter.SizeOfBytes(SignalPublicKey.WireSize))
            + FieldWriter.SizeOfBytes(message.Length) + FieldWriter.SizeOf(registrationId) + FieldWriter.SizeOf(signedPreKeyId);
        var bytes = new byte[size];
        bytes[0] = MessageVersion.Own;
        var writer = new FieldWriter(bytes.AsSpan(1));
        if (preKeyId is { } id)
        {
            writer.UInt32(1, id);
        }

        writer.Key(2, baseKey);
        writer.Key(3, identity);
        writer.Bytes(4, message);
        writer.UInt32(5, registrationId);
        writer.UInt32(6, signedPreKeyId);
        return bytes;
    }
}
