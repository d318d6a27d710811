using Google.Protobuf;
using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Proto;

namespace Sandbox.Service.Wire;

/// <summary>A certificate chain of our own: root, intermediate and leaf, made anew from chance.</summary>
/// <param name="Root">What clients must trust; only the public half leaves this process.</param>
/// <param name="ServerKey">The static key the leaf certifies.</param>
/// <param name="Chain">The serialised chain as it goes over the wire.</param>
internal sealed record NoiseCertificates(KeyPair Root, KeyPair ServerKey, byte[] Chain)
{
    private const uint IntermediateSerial = 3;
    private const uint LeafSerial = 329;

    public static NoiseCertificates Create(IRandomSource random, DateTimeOffset notBefore, DateTimeOffset notAfter) =>
        Create(KeyPair.Generate(random), KeyPair.Generate(random), random, notBefore, notAfter);

    /// <summary>With a root and a server key that outlive a restart of the simulated service.</summary>
    public static NoiseCertificates Create(KeyPair root, KeyPair serverKey, IRandomSource random, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var intermediate = KeyPair.Generate(random);
        var chain = new CertChain
        {
            Intermediate = Sign(root, Details(IntermediateSerial, issuer: 0, intermediate.Public, notBefore, notAfter), random),
            Leaf = Sign(intermediate, Details(LeafSerial, IntermediateSerial, serverKey.Public, notBefore, notAfter), random),
        };
        return new NoiseCertificates(root, serverKey, chain.ToByteArray());
    }

    public override string ToString() => "NoiseCertificates"; // a record would print the private halves

    private static CertChain.Types.NoiseCertificate.Types.Details Details(uint serial, uint issuer, byte[] key, DateTimeOffset notBefore, DateTimeOffset notAfter) => new()
    {
        Serial = serial,
        IssuerSerial = issuer,
        Key = ByteString.CopyFrom(key),
        NotBefore = (ulong)notBefore.ToUnixTimeSeconds(),
        NotAfter = (ulong)notAfter.ToUnixTimeSeconds(),
    };

    private static CertChain.Types.NoiseCertificate Sign(KeyPair issuer, CertChain.Types.NoiseCertificate.Types.Details details, IRandomSource random)
    {
        var bytes = details.ToByteArray();
        return new() { Details = ByteString.CopyFrom(bytes), Signature = ByteString.CopyFrom(XEdDsa.Sign(issuer.Private, bytes, random)) };
    }
}
