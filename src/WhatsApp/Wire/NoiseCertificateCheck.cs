using System.Security.Cryptography;
using Google.Protobuf;
using WhatsApp.Crypto;
using WhatsApp.Proto;

namespace WhatsApp.Wire;

/// <summary>Checks the chain root -> intermediate -> leaf -> the key the server proved to hold.</summary>
internal static class NoiseCertificateCheck
{
    /// <summary>Clocks of small machines without a battery run wrong by hours after a power cut.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromHours(24);

    /// <exception cref="NoiseHandshakeException">The chain is not to be trusted; the reason says where it breaks.</exception>
    public static void Verify(ReadOnlySpan<byte> chainBytes, ReadOnlySpan<byte> serverStatic, NoiseTrustRoot root, DateTimeOffset now)
    {
        var chain = Parse(CertChain.Parser, chainBytes);
        var (intermediate, intermediateDetails) = Part(chain.Intermediate);
        var (leaf, leafDetails) = Part(chain.Leaf);

        Require(XEdDsa.Verify(root.PublicKey, intermediate.Details.Span, intermediate.Signature.Span), NoiseFault.UntrustedRoot);
        Require(intermediateDetails.IssuerSerial == 0, NoiseFault.WrongIssuer);
        Require(XEdDsa.Verify(intermediateDetails.Key.Span, leaf.Details.Span, leaf.Signature.Span), NoiseFault.UntrustedLeaf);
        Require(leafDetails.IssuerSerial == intermediateDetails.Serial, NoiseFault.WrongIssuer);
        Require(CryptographicOperations.FixedTimeEquals(leafDetails.Key.Span, serverStatic), NoiseFault.WrongLeafKey);
        RequireValid(intermediateDetails, now);
        RequireValid(leafDetails, now);
    }

    private static (CertChain.Types.NoiseCertificate Certificate, CertChain.Types.NoiseCertificate.Types.Details Details) Part(CertChain.Types.NoiseCertificate? certificate)
    {
        if (certificate is null || certificate.Signature.Length != XEdDsa.SignatureSize)
        {
            throw new NoiseHandshakeException(NoiseFault.CertificateMalformed);
        }

        var details = Parse(CertChain.Types.NoiseCertificate.Types.Details.Parser, certificate.Details.Span);
        Require(details.Key.Length == Curve25519.KeySize, NoiseFault.CertificateMalformed);
        Require(details.HasSerial && details.HasNotBefore && details.HasNotAfter, NoiseFault.CertificateMalformed);
        return (certificate, details);
    }

    private static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException fault)
        {
            throw new NoiseHandshakeException(NoiseFault.CertificateMalformed, fault);
        }
    }

    private static void RequireValid(CertChain.Types.NoiseCertificate.Types.Details details, DateTimeOffset now)
    {
        var seconds = (Int128)now.ToUnixTimeSeconds();
        var tolerance = (Int128)Tolerance.TotalSeconds;
        Require(seconds >= details.NotBefore - tolerance, NoiseFault.NotYetValid);
        Require(seconds <= details.NotAfter + tolerance, NoiseFault.Expired);
    }

    private static void Require(bool condition, NoiseFault fault)
    {
        if (!condition)
        {
            throw new NoiseHandshakeException(fault);
        }
    }
}
