using System.Net;
using System.Net.Sockets;
using Sandbox.Service.Wire;
using WhatsApp.Binary;
using WhatsApp.Crypto;
using WhatsApp.Wire;
using WhatsApp.Wire.Resolving;

namespace WhatsApp.Tests.Wire;

public class WebSocketDialerTests
{
    private const string Name = "chat.test";
    private static readonly SystemRandomSource Chance = new();

    [Fact]
    public async Task A_full_handshake_and_a_conversation_run_over_a_real_WebSocket()
    {
        var now = TimeProvider.System.GetUtcNow();
        var certificates = NoiseCertificates.Create(Chance, now.AddDays(-1), now.AddDays(1));
        await using var service = await LoopbackService.StartAsync(async bytes =>
        {
            var accepted = await NoiseResponder.AcceptAsync(FrameChannel.ForServer(bytes), certificates, Chance, default);
            while (await accepted.Channel.ReceiveAsync(default) is { } node)
            {
                await accepted.Channel.SendAsync(new Node("echo", null, node), default);
            }
        });
        var dialer = new WebSocketDialer(new Uri($"ws://127.0.0.1:{service.Port}/ws/chat"), Resolver(NoSystem), TimeProvider.System);

        var bytes = await dialer.ConnectAsync(default);
        await using var channel = await NoiseInitiator.HandshakeAsync(
            FrameChannel.ForClient(bytes), KeyPair.Generate(Chance), [1, 2, 3], new NoiseTrustRoot(certificates.Root.Public), Chance, TimeProvider.System, default);
        var large = new Node("enc", null, Chance.Bytes(200_000));
        foreach (var node in new[] { new Node("iq", new() { ["id"] = "1" }), large })
        {
            await channel.SendAsync(node, default);
            var echo = await channel.ReceiveAsync(default);
            Assert.Equal(node.Bytes?.ToArray(), echo?.Child(node.Tag)?.Bytes?.ToArray());
        }

        Assert.Equal("https://web.whatsapp.com", service.Headers.Origin);
        Assert.Equal("no-cache", service.Headers.CacheControl);
        Assert.Equal("no-cache", service.Headers.Pragma);
        Assert.StartsWith("Mozilla/5.0", service.Headers.UserAgent.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_by_the_peer_ends_the_stream_without_a_fault()
    {
        await using var service = await LoopbackService.StartAsync(bytes => Task.CompletedTask);
        await using var channel = await new WebSocketDialer(new Uri($"ws://localhost:{service.Port}/ws/chat"), Resolver(NoSystem), TimeProvider.System).ConnectAsync(default);

        Assert.Equal(0, await channel.ReceiveAsync(new byte[10], default));
    }

    [Fact]
    public async Task With_a_broken_system_resolver_a_fallback_server_leads_to_the_service_and_is_remembered()
    {
        await using var service = await LoopbackService.StartAsync(bytes => Task.CompletedTask, Name);
        await using var dns = TinyDnsServer.With(IPAddress.Loopback);
        var memory = new AddressMemory();

        await using (await Dialer(service, Resolver(NoSystem, memory, dns)).ConnectAsync(default))
        {
            Assert.Equal([IPAddress.Loopback], memory.Recall(Name));
        }

        // now no name server answers at all
        await using var channel = await Dialer(service, Resolver(NoSystem, memory)).ConnectAsync(default);
        Assert.Equal(0, await channel.ReceiveAsync(new byte[10], default));
    }

    [Fact]
    public async Task A_resolver_that_lies_is_found_out_by_the_certificates_name()
    {
        await using var service = await LoopbackService.StartAsync(bytes => Task.CompletedTask, Name);
        await using var portal = new TlsPortal(service.Port);
        await using var dns = TinyDnsServer.With(IPAddress.Loopback);
        var memory = new AddressMemory();

        await using var channel = await Dialer(service, Resolver(_ => [portal.Address], memory, dns)).ConnectAsync(default);

        Assert.Equal(0, await channel.ReceiveAsync(new byte[10], default));
        Assert.True(portal.WasCalled);
        Assert.Equal([IPAddress.Loopback], memory.Recall(Name));
    }

    [Fact]
    public async Task A_certificate_for_another_name_or_of_another_authority_is_refused()
    {
        await using var service = await LoopbackService.StartAsync(bytes => Task.CompletedTask, "other.test");
        await using var stranger = await LoopbackService.StartAsync(bytes => Task.CompletedTask, Name);

        await Assert.ThrowsAsync<DialException>(() => Dialer(service, Resolver(_ => [IPAddress.Loopback])).ConnectAsync(default));

        var dialer = new WebSocketDialer(new Uri($"wss://{Name}:{stranger.Port}/ws/chat"), Resolver(_ => [IPAddress.Loopback]), TimeProvider.System, service.Authorities);
        await Assert.ThrowsAsync<DialException>(() => dialer.ConnectAsync(default));
    }

    [Fact]
    public async Task The_next_address_is_tried_when_the_first_takes_no_connection()
    {
        await using var service = await LoopbackService.StartAsync(bytes => Task.CompletedTask, Name);
        var resolver = Resolver(_ => [IPAddress.Parse("127.0.0.55"), IPAddress.Loopback]);

        await using var channel = await Dialer(service, resolver).ConnectAsync(default);

        Assert.Equal(0, await channel.ReceiveAsync(new byte[10], default));
    }

    [Fact]
    public async Task Without_any_address_the_fault_says_so()
    {
        var dialer = new WebSocketDialer(new Uri($"wss://{Name}/ws/chat"), Resolver(NoSystem), TimeProvider.System);

        Assert.Equal("No address of the service could be found.", (await Assert.ThrowsAsync<DialException>(() => dialer.ConnectAsync(default))).Message);
    }

    [Fact]
    public async Task Cancelling_ends_the_attempt()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var cancel = new CancellationTokenSource();
        var dialer = new WebSocketDialer(new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), Resolver(NoSystem), TimeProvider.System);
        var connecting = dialer.ConnectAsync(cancel.Token);
        using var taken = await listener.AcceptTcpClientAsync(); // connected, and then silence

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public async Task A_server_that_takes_the_connection_and_says_nothing_costs_15_seconds()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var dialer = new WebSocketDialer(new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), Resolver(NoSystem), time);
        var connecting = dialer.ConnectAsync(default);
        using var taken = await listener.AcceptTcpClientAsync();

        time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(connecting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(SessionFaultReason.ConnectTimedOut, (await Assert.ThrowsAsync<DialException>(() => connecting)).Fault.Reason);
    }

    [Theory]
    [InlineData("ws://chat.test/ws/chat")]
    [InlineData("https://127.0.0.1/")]
    public void A_plain_connection_beyond_loopback_is_refused(string endpoint) =>
        Assert.Throws<ArgumentException>(() => new WebSocketDialer(new Uri(endpoint), Resolver(NoSystem), TimeProvider.System));

    private static IPAddress[] NoSystem(string host) => throw new SocketException((int)SocketError.HostNotFound);

    private static WebSocketDialer Dialer(LoopbackService service, HostResolver resolver) =>
        new(new Uri($"wss://{Name}:{service.Port}/ws/chat"), resolver, TimeProvider.System, service.Authorities);

    private static HostResolver Resolver(Func<string, IPAddress[]> system, IAddressMemory? memory = null, params IEnumerable<TinyDnsServer> servers) =>
        new(new SystemLookup(system), [.. servers.Select(server => server.Address)], memory ?? new AddressMemory(), new ResolverLimits(), TimeProvider.System, Chance);

    /// <summary>What a lying resolver leads to: another loopback address on the same port, where somebody without the certificate answers.</summary>
    private sealed class TlsPortal : IAsyncDisposable
    {
        private readonly TcpListener _listener;
        private readonly Task _answering;

        public TlsPortal(int port)
        {
            _listener = new TcpListener(Address, port);
            _listener.Start();
            _answering = AnswerAsync();
        }

        public IPAddress Address { get; } = IPAddress.Parse("127.0.0.44");

        public bool WasCalled { get; private set; }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _answering;
        }

        private async Task AnswerAsync()
        {
            using var caller = await _listener.AcceptTcpClientAsync();
            WasCalled = true;
            await caller.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        }
    }
}
