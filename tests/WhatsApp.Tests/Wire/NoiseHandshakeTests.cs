using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Sandbox.Service.Wire;
using WhatsApp.Binary;
using WhatsApp.Crypto;
using WhatsApp.Proto;
using WhatsApp.Tests.Binary;
using WhatsApp.Wire;

namespace WhatsApp.Tests.Wire;

public class NoiseHandshakeTests
{
    private static readonly SystemRandomSource Chance = new();
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly NoiseCertificates Valid = NoiseCertificates.Create(Chance, Now.AddDays(-1), Now.AddDays(30));

    private readonly ByteChannelPair _pair = new();
    private readonly KeyPair _noiseKey = KeyPair.Generate(Chance);
    private readonly FakeTimeProvider _time = new(Now);

    [Fact]
    public async Task Both_sides_agree_and_talk_in_both_directions()
    {
        byte[] routing = [1, 2, 3];
        var serverFrames = FrameChannel.ForServer(_pair.Server);
        var accepting = NoiseResponder.AcceptAsync(serverFrames, Valid, Chance, default);
        await using var client = await ConnectAsync(new NoiseTrustRoot(Valid.Root.Public), routing);
        var accepted = await accepting;
        await using var server = accepted.Channel;

        Assert.Equal(_noiseKey.Public, accepted.ClientStatic);
        Assert.Equal("login"u8.ToArray(), accepted.ClientPayload);
        Assert.Equal(routing, serverFrames.RoutingInfo.ToArray());

        var node = new Node("iq", new() { ["id"] = "1", ["to"] = Jid.Service }, new Node("ping"));
        for (var round = 0; round < 3; round++)
        {
            await client.SendAsync(node, default);
            await server.SendAsync(node, default);
            NodeComparison.AssertSame(node, await server.ReceiveAsync(default) ?? throw new EndOfStreamException());
            NodeComparison.AssertSame(node, await client.ReceiveAsync(default) ?? throw new EndOfStreamException());
        }

        await server.DisposeAsync();
        Assert.Null(await client.ReceiveAsync(default));
    }

    [Fact]
    public async Task A_chain_of_another_root_is_refused()
    {
        var other = NoiseCertificates.Create(Chance, Now.AddDays(-1), Now.AddDays(30));

        Assert.Equal(NoiseFault.UntrustedRoot, await FaultAsync(Valid, trusted: other));
        Assert.Equal(NoiseFault.UntrustedRoot, await FaultAsync(Valid, new NoiseTrustRoot(NoiseTrustRoot.Production.PublicKey)));
    }

    [Fact]
    public async Task A_leaf_that_the_intermediate_did_not_sign_is_refused()
    {
        var other = NoiseCertificates.Create(Valid.Root, Valid.ServerKey, Chance, Now.AddDays(-1), Now.AddDays(30));
        var chain = CertChain.Parser.ParseFrom(Valid.Chain);
        chain.Leaf = CertChain.Parser.ParseFrom(other.Chain).Leaf;

        Assert.Equal(NoiseFault.UntrustedLeaf, await FaultAsync(Valid with { Chain = chain.ToByteArray() }));
    }

    [Fact]
    public async Task A_stolen_chain_without_its_key_is_refused() =>
        Assert.Equal(NoiseFault.WrongLeafKey, await FaultAsync(Valid with { ServerKey = KeyPair.Generate(Chance) }));

    [Fact]
    public async Task An_expired_chain_is_refused() =>
        Assert.Equal(NoiseFault.Expired, await FaultAsync(NoiseCertificates.Create(Valid.Root, Valid.ServerKey, Chance, Now.AddDays(-30), Now.AddHours(-25))));

    [Fact]
    public async Task A_chain_of_the_future_is_refused() =>
        Assert.Equal(NoiseFault.NotYetValid, await FaultAsync(NoiseCertificates.Create(Valid.Root, Valid.ServerKey, Chance, Now.AddHours(25), Now.AddDays(30))));

    [Fact]
    public async Task A_leaf_that_names_another_issuer_is_refused()
    {
        var intermediate = KeyPair.Generate(Chance);
        var chain = new CertChain { Intermediate = Sign(Valid.Root, 3, 0, intermediate.Public), Leaf = Sign(intermediate, 4, 99, Valid.ServerKey.Public) };

        Assert.Equal(NoiseFault.WrongIssuer, await FaultAsync(Valid with { Chain = chain.ToByteArray() }));
    }

    [Fact]
    public async Task An_intermediate_below_another_one_is_refused()
    {
        var intermediate = KeyPair.Generate(Chance);
        var chain = new CertChain { Intermediate = Sign(Valid.Root, 3, 1, intermediate.Public), Leaf = Sign(intermediate, 4, 3, Valid.ServerKey.Public) };

        Assert.Equal(NoiseFault.WrongIssuer, await FaultAsync(Valid with { Chain = chain.ToByteArray() }));
    }

    [Fact]
    public async Task A_chain_that_is_no_chain_is_refused()
    {
        Assert.Equal(NoiseFault.CertificateMalformed, await FaultAsync(Valid with { Chain = [] }));
        Assert.Equal(NoiseFault.CertificateMalformed, await FaultAsync(Valid with { Chain = [0xFF, 0xFF] }));
    }

    [Fact]
    public async Task Nothing_of_the_payload_leaves_before_the_server_is_proved()
    {
        var frames = FrameChannel.ForServer(_pair.Server);
        var accepting = NoiseResponder.AcceptAsync(frames, Valid, Chance, default);

        await Assert.ThrowsAsync<NoiseHandshakeException>(() => ConnectAsync(NoiseTrustRoot.Production));
        await _pair.Client.DisposeAsync();

        var fault = await Assert.ThrowsAsync<NoiseHandshakeException>(() => accepting);
        Assert.Equal(NoiseFault.Closed, fault.Reason);
    }

    [Fact]
    public async Task A_forged_answer_a_weak_key_and_nonsense_are_refused_each_by_its_reason()
    {
        Assert.Equal(NoiseFault.NotAuthentic, await FaultOfAnswerAsync(Answer(KeyPair.Generate(Chance).Public)));
        Assert.Equal(NoiseFault.WeakKey, await FaultOfAnswerAsync(Answer(new byte[32])));
        Assert.Equal(NoiseFault.MalformedMessage, await FaultOfAnswerAsync([0xFF, 0xFF, 0xFF]));
        Assert.Equal(NoiseFault.MalformedMessage, await FaultOfAnswerAsync(Answer(new byte[31])));
        Assert.Equal(NoiseFault.MalformedMessage, await FaultOfAnswerAsync([]));
    }

    [Fact]
    public async Task A_silent_server_costs_20_seconds()
    {
        var connecting = ConnectAsync(NoiseTrustRoot.Production);
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(connecting.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(NoiseFault.TimedOut, (await Assert.ThrowsAsync<NoiseHandshakeException>(() => connecting)).Reason);
    }

    [Fact]
    public async Task A_server_that_hangs_up_is_told_apart_from_one_that_lies()
    {
        var connecting = ConnectAsync(NoiseTrustRoot.Production);
        await _pair.Server.DisposeAsync();

        Assert.Equal(NoiseFault.Closed, (await Assert.ThrowsAsync<NoiseHandshakeException>(() => connecting)).Reason);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        using var cancel = new CancellationTokenSource();
        var frames = FrameChannel.ForClient(_pair.Client);
        var connecting = NoiseInitiator.HandshakeAsync(frames, _noiseKey, [], NoiseTrustRoot.Production, Chance, _time, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    private static CertChain.Types.NoiseCertificate Sign(KeyPair issuer, uint serial, uint issuerSerial, byte[] key)
    {
        var details = new CertChain.Types.NoiseCertificate.Types.Details
        {
            Serial = serial,
            IssuerSerial = issuerSerial,
            Key = ByteString.CopyFrom(key),
            NotBefore = (ulong)Now.AddDays(-1).ToUnixTimeSeconds(),
            NotAfter = (ulong)Now.AddDays(1).ToUnixTimeSeconds(),
        }.ToByteArray();
        return new() { Details = ByteString.CopyFrom(details), Signature = ByteString.CopyFrom(XEdDsa.Sign(issuer.Private, details, Chance)) };
    }

    private static byte[] Answer(byte[] ephemeral) => new HandshakeMessage
    {
        ServerHello = new() { Ephemeral = ByteString.CopyFrom(ephemeral), Static = ByteString.CopyFrom(new byte[48]), Payload = ByteString.CopyFrom(new byte[64]) },
    }.ToByteArray();

    private static async Task<NoiseFault> FaultOfAnswerAsync(byte[] answer)
    {
        var test = new NoiseHandshakeTests();
        var server = FrameChannel.ForServer(test._pair.Server);
        var connecting = test.ConnectAsync(NoiseTrustRoot.Production);
        Assert.NotNull(await server.ReceiveFrameAsync(default));
        await server.SendFrameAsync(answer, default);
        return (await Assert.ThrowsAsync<NoiseHandshakeException>(() => connecting)).Reason;
    }

    private static Task<NoiseFault> FaultAsync(NoiseCertificates served, NoiseCertificates? trusted = null) =>
        FaultAsync(served, new NoiseTrustRoot((trusted ?? Valid).Root.Public));

    private static async Task<NoiseFault> FaultAsync(NoiseCertificates served, NoiseTrustRoot trusted)
    {
        var test = new NoiseHandshakeTests();
        var accepting = NoiseResponder.AcceptAsync(FrameChannel.ForServer(test._pair.Server), served, Chance, default);
        var fault = await Assert.ThrowsAsync<NoiseHandshakeException>(() => test.ConnectAsync(trusted));
        await test._pair.Client.DisposeAsync();
        await Assert.ThrowsAsync<NoiseHandshakeException>(() => accepting);
        return fault.Reason;
    }

    private Task<NodeChannel> ConnectAsync(NoiseTrustRoot root, byte[]? routing = null) =>
        NoiseInitiator.HandshakeAsync(FrameChannel.ForClient(_pair.Client, routing), _noiseKey, "login"u8.ToArray(), root, Chance, _time, default);
}
