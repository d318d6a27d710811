using System.Security.Cryptography;
using Google.Protobuf;
using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Proto;
using WhatsApp.Wire;

namespace Sandbox.Service.Wire;

/// <summary>The service's side of the Noise XX handshake.</summary>
internal static class NoiseResponder
{
    /// <summary>Answers one client and reads its payload. The frames stay the caller's until then.</summary>
    /// <exception cref="NoiseHandshakeException">The client closed, sent something malformed, or did not authenticate.</exception>
    public static async Task<AcceptedClient> AcceptAsync(FrameChannel frames, NoiseCertificates certificates, IRandomSource random, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(frames, certificates, random, cancellationToken);
        }
        catch (AuthenticationTagMismatchException fault)
        {
            throw new NoiseHandshakeException(NoiseFault.NotAuthentic, fault);
        }
        catch (CryptographicException fault)
        {
            throw new NoiseHandshakeException(NoiseFault.WeakKey, fault);
        }
        catch (InvalidProtocolBufferException fault)
        {
            throw new NoiseHandshakeException(NoiseFault.MalformedMessage, fault);
        }
    }

    private static async Task<AcceptedClient> RunAsync(FrameChannel frames, NoiseCertificates certificates, IRandomSource random, CancellationToken cancellationToken)
    {
        // -> e
        using var state = new NoiseHandshakeState(NoiseHandshakeState.Xx, WireIntro.Header);
        if ((await ReceiveAsync(frames, cancellationToken)).ClientHello is not { Ephemeral.Length: Curve25519.KeySize } hello)
        {
            throw new NoiseHandshakeException(NoiseFault.MalformedMessage);
        }

        state.MixHash(hello.Ephemeral.Span);

        // <- e, ee, s, es, certificate chain
        var ephemeral = KeyPair.Generate(random);
        state.MixHash(ephemeral.Public);
        state.MixKey(ephemeral.Private, hello.Ephemeral.Span);
        var sealedStatic = state.Encrypt(certificates.ServerKey.Public);
        state.MixKey(certificates.ServerKey.Private, hello.Ephemeral.Span);
        var sealedChain = state.Encrypt(certificates.Chain);
        var answer = new HandshakeMessage
        {
            ServerHello = new()
            {
                Ephemeral = ByteString.CopyFrom(ephemeral.Public),
                Static = ByteString.CopyFrom(sealedStatic),
                Payload = ByteString.CopyFrom(sealedChain),
            },
        };
        await frames.SendFrameAsync(answer.ToByteArray(), cancellationToken);

        // -> s, se, payload
        if ((await ReceiveAsync(frames, cancellationToken)).ClientFinish is not { Static.Length: Curve25519.KeySize + NoiseCipher.TagSize } finish)
        {
            throw new NoiseHandshakeException(NoiseFault.MalformedMessage);
        }

        var clientStatic = state.Decrypt(finish.Static.Span);
        state.MixKey(ephemeral.Private, clientStatic);
        var payload = state.Decrypt(finish.Payload.Span);

        var (read, write) = state.Split();
        return new AcceptedClient(new NodeChannel(frames, write, read), clientStatic, payload);
    }

    private static async Task<HandshakeMessage> ReceiveAsync(FrameChannel frames, CancellationToken cancellationToken) =>
        HandshakeMessage.Parser.ParseFrom(await frames.ReceiveFrameAsync(cancellationToken) ?? throw new NoiseHandshakeException(NoiseFault.Closed));
}

/// <summary>A client that finished the handshake; who it claims to be stands in the payload.</summary>
internal sealed record AcceptedClient(NodeChannel Channel, byte[] ClientStatic, byte[] ClientPayload)
{
    public override string ToString() => "AcceptedClient"; // the payload names a person
}
