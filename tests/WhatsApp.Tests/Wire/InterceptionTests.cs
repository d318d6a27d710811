using System.Net;
using System.Text;
using Sandbox.Service.Wire;
using WhatsApp.Tests.Connection;
using WhatsApp.Wire;

namespace WhatsApp.Tests.Wire;

/// <summary>Somebody in the middle of TLS, seen from the whole client: what it learns, and what the operator is told.</summary>
public sealed class InterceptionTests : IDisposable
{
    private const string Name = "chat.test";
    private static readonly SystemRandomSource Chance = new();
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly TestAuthority _authority = TestAuthority.Create(Now);
    private readonly ScanningService _scanning = ScanningService.Create();

    [Fact]
    public async Task An_interceptor_nobody_trusts_is_named_in_the_status_and_tried_again_later()
    {
        using var stranger = TestAuthority.Create(Now);
        await using var interceptor = await LoopbackService.StartAsync(_ => throw new InvalidOperationException("It was trusted."), stranger, Name);
        await using var bed = await NetworkBed.StartAsync(Options(interceptor.Port));

        var status = await bed.UntilAsync(SessionPhase.WaitingToReconnect);

        Assert.Equal(SessionFaultReason.CertificateRefused, status.LastFault!.Reason);
        Assert.Contains("its authority is not trusted here", status.LastFault.Text, StringComparison.Ordinal);
        Assert.Equal((bed.Clock.GetUtcNow() + NetworkBed.Waits[0], 1), (status.NextAttempt, status.FailuresInARow));
    }

    [Fact]
    public async Task An_interceptor_with_a_trusted_certificate_cannot_play_the_service()
    {
        var own = NoiseCertificates.Create(Chance, Now.AddYears(-10), Now.AddYears(10)); // it has no certificate of the pinned root
        var heard = new TaskCompletionSource<Exception>();
        await using var interceptor = await LoopbackService.StartAsync(
            async bytes => heard.SetResult(await Assert.ThrowsAsync<NoiseHandshakeException>(() => NoiseResponder.AcceptAsync(FrameChannel.ForServer(bytes), own, Chance, default))),
            _authority,
            Name);
        await using var bed = await NetworkBed.StartAsync(Options(interceptor.Port));

        var status = await bed.UntilAsync(SessionPhase.WaitingToReconnect);

        Assert.Equal(SessionFaultReason.HandshakeFailed, status.LastFault!.Reason);
        Assert.Contains("UntrustedRoot", status.LastFault.Text, StringComparison.Ordinal);
        Assert.Equal(NoiseFault.Closed, ((NoiseHandshakeException)await heard.Task.WaitAsync(Patience.Limit)).Reason); // the client left before its own part
    }

    [Fact]
    public async Task An_interceptor_with_a_trusted_certificate_that_hands_everything_on_reads_nothing()
    {
        await using var service = await LoopbackService.StartAsync(_scanning.ServeAsync);
        List<byte> seen = [];
        await using var interceptor = await LoopbackService.StartAsync(bytes => HandOnAsync(bytes, service.Port, seen), _authority, Name);
        await using var bed = await NetworkBed.StartAsync(Options(interceptor.Port));

        Assert.NotNull((await bed.UntilAsync(SessionPhase.WaitingForScan)).PairingQr); // the service's reference came through, and is genuine

        await bed.CloseAsync();
        var text = Encoding.Latin1.GetString([.. seen]);
        Assert.True(text.Length > 500);
        Assert.DoesNotContain("reference-of-this-code", text, StringComparison.Ordinal);
        Assert.DoesNotContain("pair-device", text, StringComparison.Ordinal);
        Assert.DoesNotContain("WaBot under test", text, StringComparison.Ordinal); // the device's name, in the client's payload
    }

    public void Dispose() => _authority.Dispose();

    private static async Task HandOnAsync(IByteChannel client, int port, List<byte> seen)
    {
        var dialer = new WebSocketDialer(new Uri($"ws://127.0.0.1:{port}/ws/chat"), NetworkBed.Resolver(_ => throw new InvalidOperationException("A literal address asks nobody.")), TimeProvider.System);
        await using var onward = await dialer.ConnectAsync(default);
        await Task.WhenAny(PumpAsync(client, onward), PumpAsync(onward, client));

        async Task PumpAsync(IByteChannel from, IByteChannel to)
        {
            var buffer = new byte[4096];
            while (await from.ReceiveAsync(buffer, default) is > 0 and var size)
            {
                lock (seen)
                {
                    seen.AddRange(buffer.AsSpan(0, size));
                }

                await to.SendAsync(buffer.AsMemory(0, size), default);
            }
        }
    }

    private WhatsAppClientOptions Options(int port) => NetworkBed.Options(new Uri($"wss://{Name}:{port}/ws/chat"), _ => [IPAddress.Loopback]) with
    {
        Authorities = [_authority.Certificate],
        TrustRoot = _scanning.TrustRoot,
        DeviceName = "WaBot under test",
    };
}
