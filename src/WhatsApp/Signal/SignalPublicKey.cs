namespace WhatsApp.Signal;

/// <summary>The 33-byte form of public keys inside Signal messages and under signatures: the type 5, then the key.</summary>
internal static class SignalPublicKey
{
    public const int KeySize = 32;
    public const int WireSize = KeySize + 1;
    public const byte Type = 5;

    public static byte[] ToWire(ReadOnlySpan<byte> key)
    {
        var wire = new byte[WireSize];
        Write(key, wire);
        return wire;
    }

    /// <exception cref="SignalException">Not a key of 32 bytes.</exception>
    public static void Write(ReadOnlySpan<byte> key, Span<byte> wire)
    {
        if (key.Length != KeySize)
        {
            throw new SignalException(SignalFault.InvalidKey, "A public key has not 32 bytes.");
        }

        wire[0] = Type;
        key.CopyTo(wire[1..]);
    }

    /// <summary>The 32 bytes inside.</summary>
    /// <exception cref="SignalException">Wrong size or type.</exception>
    public static ReadOnlySpan<byte> FromWire(ReadOnlySpan<byte> wire)
    {
        if (wire.Length != WireSize || wire[0] != Type)
        {
            throw new SignalException(SignalFault.InvalidKey, "A public key is not of the 33-byte form.");
        }

        return wire[1..];
    }
}
