namespace WhatsApp.Crypto;

/// <summary>An X25519 key pair, 32 bytes each. Prints nothing of the private half.</summary>
internal sealed record KeyPair(byte[] Private, byte[] Public)
{
    public static KeyPair Generate(IRandomSource random)
    {
        var privateKey = random.Bytes(32);
        Curve25519.Clamp(privateKey);
        return new KeyPair(privateKey, Curve25519.PublicOf(privateKey));
    }

    public static KeyPair FromPrivate(byte[] privateKey) => new(privateKey, Curve25519.PublicOf(privateKey));

    public override string ToString() => "KeyPair";
}
