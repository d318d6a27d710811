using System.Net.WebSockets;
using System.Security.Cryptography;
using Google.Protobuf;
using WhatsApp.Crypto;
using WhatsApp.Proto;

namespace WhatsApp.Wire;

/// <summary>The client's side of the Noise XX handshake.</summary>
internal static class NoiseInitiator
{
    /// <summary>How long one answer of the server may take.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    /// <summary>Proves who the server is, sends the payload, and gives the encrypted channel. The frames stay the caller's until then.</summary>
    /// <param name="frames">Fresh; owned by the result.</param>
    /// <param name="noiseKey">The registration's static key.</param>
    /// <param name="clientPayload">The login or registration, a serialised ClientPayload.</param>
    /// <param name="trustRoot">Who may certify the server.</param>
    /// <param name="random">Source of the ephemeral key.</param>
    /// <param name="time">Clock for the certificates and the limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NoiseHandshakeException">Any fault of the peer or the network; nothing of the payload went out unless the server was proved.</exception>
    public static async Task<NodeChannel> HandshakeAsync(
        FrameChannel frames,
        KeyPair noiseKey,
        byte[] clientPayload,
        NoiseTrustRoot trustRoot,
        IRandomSource random,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await RunAsync(frames, noiseKey, clientPayload, trustRoot, random, time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NoiseHandshakeException(NoiseFault.TimedOut, fault);
        }
        catch (InvalidProtocolBufferException fault) // an IOException too, hence first
        {
            throw new NoiseHandshakeException(NoiseFault.MalformedMessage, fault);
        }
        catch (Exception fault) when (fault is IOException or WebSocketException)
        {
            throw new NoiseHandshakeException(NoiseFault.NetworkFailed, fault);
        }
        catch (AuthenticationTagMismatchException fault)
        {
            throw new NoiseHandshakeException(NoiseFault.NotAuthentic, fault);
        }
        catch (CryptographicException fault)
        {
            throw new NoiseHandshakeException(NoiseFault.WeakKey, fault);
        }
    }

    private static async Task<NodeChannel> RunAsync(
        FrameChannel frames, KeyPair noiseKey, byte[] clientPayload, NoiseTrustRoot trustRoot, IRandomSource random, TimeProvider time, CancellationToken cancellationToken)
    {
        using var state = new NoiseHandshakeState(NoiseHandshakeState.Xx, WireIntro.Header);
        var ephemeral = KeyPair.Generate(random);
        try
        {
            return await ExchangeAsync(frames, state, ephemeral, noiseKey, clientPayload, trustRoot, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(ephemeral.Private);
        }
    }

    private static async Task<NodeChannel> ExchangeAsync(
        FrameChannel frames, NoiseHandshakeState state, KeyPair ephemeral, KeyPair noiseKey, byte[] clientPayload, NoiseTrustRoot trustRoot, TimeProvider time, CancellationToken cancellationToken)
    {
        // -> e
        state.MixHash(ephemeral.Public);
        var hello = new HandshakeMessage { ClientHello = new() { Ephemeral = ByteString.CopyFrom(ephemeral.Public) } };
        await frames.SendFrameAsync(hello.ToByteArray(), cancellationToken).ConfigureAwait(false);

        // <- e, ee, s, es, certificate chain
        var answer = await frames.ReceiveFrameAsync(cancellationToken).ConfigureAwait(false) ?? throw new NoiseHandshakeException(NoiseFault.Closed);
        if (HandshakeMessage.Parser.ParseFrom(answer).ServerHello is not
            {
                Ephemeral.Length: Curve25519.KeySize,
                Static.Length: Curve25519.KeySize + NoiseCipher.TagSize,
                Payload.Length: >= NoiseCipher.TagSize,
            } server)
        {
            throw new NoiseHandshakeException(NoiseFault.MalformedMessage);
        }

        state.MixHash(server.Ephemeral.Span);
        state.MixKey(ephemeral.Private, server.Ephemeral.Span);
        var serverStatic = state.Decrypt(server.Static.Span);
        state.MixKey(ephemeral.Private, serverStatic);
        NoiseCertificateCheck.Verify(state.Decrypt(server.Payload.Span), serverStatic, trustRoot, time.GetUtcNow());

        // -> s, se, payload
        var sealedStatic = state.Encrypt(noiseKey.Public);
        state.MixKey(noiseKey.Private, server.Ephemeral.Span);
        var sealedPayload = state.Encrypt(clientPayload);
        var finish = new HandshakeMessage
        {
            ClientFinish = new() { Static = ByteString.CopyFrom(sealedStatic), Payload = ByteString.CopyFrom(sealedPayload) },
        };
        await frames.SendFrameAsync(finish.ToByteArray(), cancellationToken).ConfigureAwait(false);

        var (write, read) = state.Split();
        return new NodeChannel(frames, write, read, time);
    }
}
