using System.Net;
using Google.Protobuf;
using Sandbox.Service.Wire;
using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Proto;
using WhatsApp.Tests.Signal;
using WhatsApp.Tests.Wire;
using WhatsApp.Wire;
using WhatsApp.Wire.Resolving;

namespace Fuzz.Targets;

/// <summary>Everything before the first node: frames, the handshake, certificates, name servers.</summary>
internal static class WireTargets
{
    private const string Host = "chat.test";
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);
    private static readonly SeededRandom Chance = new(1);
    private static readonly NoiseCertificates Certificates = NoiseCertificates.Create(Chance, Now.AddDays(-1), Now.AddDays(1));
    private static readonly NoiseTrustRoot Root = new(Certificates.Root.Public);
    private static readonly KeyPair NoiseKey = KeyPair.Generate(Chance);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.Refusing<IOException>("frames", () => [[0x57, 0x41, 6, 3, 0, 0, 2, 1, 2, 0, 0, 0], [0x45, 0x44, 0, 1, 0, 0, 1, 9, 0x57, 0x41, 6, 3, 0, 0, 1, 7]], ReadFrames),
        FuzzTarget.Refusing<NoiseHandshakeException>("handshake", () => [Hello()], Shake),
        FuzzTarget.Refusing<NoiseHandshakeException>("certificates", () => [Certificates.Chain], VerifyChain),
        new("dns", () => [Answer(DnsRecordType.A, 4), Answer(DnsRecordType.Aaaa, 16)], ReadDns),
    ];

    private static void ReadFrames(byte[] bytes)
    {
        var frames = FrameChannel.ForServer(new ScriptedByteChannel(bytes.Chunk(7)), maxLength: 64 * 1024);
        var total = 0;
        while (frames.ReceiveFrameAsync(CancellationToken.None).GetAwaiter().GetResult() is { } frame)
        {
            total += frame.Length;
        }

        FuzzTarget.Require(total <= bytes.Length, "frames hold no more than came");
    }

    private static void Shake(byte[] bytes)
    {
        byte[] framed = [(byte)(bytes.Length >> 16), (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
        var frames = FrameChannel.ForClient(new ScriptedByteChannel(framed));
        _ = NoiseInitiator.HandshakeAsync(frames, NoiseKey, [1], Root, new SeededRandom(1), TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult();
        throw new InvalidOperationException("A server without the key was believed.");
    }

    private static void VerifyChain(byte[] bytes)
    {
        NoiseCertificateCheck.Verify(bytes, Certificates.ServerKey.Public, Root, Now);
        var (given, real) = (CertChain.Parser.ParseFrom(bytes), CertChain.Parser.ParseFrom(Certificates.Chain));
        FuzzTarget.Require(given.Leaf.Details.Equals(real.Leaf.Details) && given.Intermediate.Details.Equals(real.Intermediate.Details), "only the signed certificates are believed");
    }

    private static void ReadDns(byte[] bytes)
    {
        foreach (var type in (DnsRecordType[])[DnsRecordType.A, DnsRecordType.Aaaa])
        {
            FuzzTarget.Require((DnsMessage.Addresses(bytes, 0x1234, Host, type)?.Count ?? 0) <= bytes.Length / 4, "an answer holds no more addresses than bytes");
        }
    }

    private static byte[] Hello() => new HandshakeMessage
    {
        ServerHello = new() { Ephemeral = ByteString.CopyFrom(Certificates.ServerKey.Public), Static = ByteString.CopyFrom(new byte[48]), Payload = ByteString.CopyFrom(new byte[64]) },
    }.ToByteArray();

    private static byte[] Answer(DnsRecordType type, int size)
    {
        byte[] reply = [.. DnsMessage.Question(0x1234, Host, type), 0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 7, 4, .. "edge"u8, 0xC0, 12, 0xC0, 12, 0, (byte)type, 0, 1, 0, 0, 0, 60, 0, (byte)size, .. new byte[size]];
        (reply[2], reply[3], reply[7]) = (0x81, 0x80, 2);
        return reply;
    }
}
