using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Sandbox.Service.Wire;
using WhatsApp.Wire;
using WhatsApp.Wire.Resolving;

namespace WhatsApp.Tests.Wire;

/// <summary>TLS is checked as everywhere else: a test authority counts only where a test hands it in, and then only it.</summary>
public sealed class CertificateTests : IDisposable
{
    private const string Name = "chat.test";
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly TestAuthority _authority = TestAuthority.Create(Now);

    [Fact]
    public async Task A_certificate_of_the_handed_authority_for_the_name_is_taken()
    {
        await using var service = await ServeAsync(_authority.Issue(Now.AddDays(-1), Now.AddDays(1), Name));

        await using var channel = await Dialer(service, [_authority.Certificate]).ConnectAsync(default);

        Assert.Equal(0, await channel.ReceiveAsync(new byte[1], default));
    }

    [Fact]
    public async Task An_interceptors_certificate_is_refused_by_its_authority()
    {
        using var stranger = TestAuthority.Create(Now);
        await using var service = await ServeAsync(stranger.Issue(Now.AddDays(-1), Now.AddDays(1), Name));

        Assert.Contains("authority is not trusted", await RefusalAsync(service), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_authority_handed_in_the_machines_own_store_decides()
    {
        await using var service = await ServeAsync(_authority.Issue(Now.AddDays(-1), Now.AddDays(1), Name));

        Assert.Contains("authority is not trusted", await RefusalAsync(service, authorities: null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_certificate_and_one_of_tomorrow_are_refused_by_their_time()
    {
        await using var expired = await ServeAsync(_authority.Issue(Now.AddDays(-3), Now.AddDays(-1), Name));
        await using var early = await ServeAsync(_authority.Issue(Now.AddDays(1), Now.AddDays(3), Name));

        Assert.Contains("expired or not yet valid", await RefusalAsync(expired), StringComparison.Ordinal);
        Assert.Contains("expired or not yet valid", await RefusalAsync(early), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_by_its_name()
    {
        await using var service = await ServeAsync(_authority.Issue(Now.AddDays(-1), Now.AddDays(1), "other.test", "127.0.0.1"));

        Assert.EndsWith("it is for another name.", await RefusalAsync(service), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_faults_are_all_told()
    {
        using var stranger = TestAuthority.Create(Now);
        await using var service = await ServeAsync(stranger.Issue(Now.AddDays(-3), Now.AddDays(-1), "other.test"));

        var refusal = await RefusalAsync(service);

        Assert.All((string[])["another name", "authority", "expired"], fault => Assert.Contains(fault, refusal, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_who_speaks_no_TLS_is_not_the_service()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, "HTTP/1.1 302 Found\r\nLocation: http://login.test/\r\nContent-Length: 0\r\n\r\n");

        var fault = await FaultAsync(Dialer(((IPEndPoint)listener.LocalEndpoint).Port, []));
        await answering;

        Assert.Equal(SessionFaultReason.NotTheService, fault.Reason);
    }

    [Theory]
    [InlineData(200, SessionFaultReason.NotTheService)]
    [InlineData(302, SessionFaultReason.NotTheService)]
    [InlineData(404, SessionFaultReason.NotTheService)]
    [InlineData(511, SessionFaultReason.NotTheService)]
    [InlineData(408, SessionFaultReason.ServiceFailed)]
    [InlineData(503, SessionFaultReason.ServiceFailed)]
    [InlineData(429, SessionFaultReason.RateLimited)]
    public async Task An_HTTP_answer_in_place_of_the_WebSocket_is_told_by_its_code(int code, SessionFaultReason reason)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, $"HTTP/1.1 {code} Whatever\r\nLocation: http://login.test/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var fault = await FaultAsync(new WebSocketDialer(new Uri($"ws://127.0.0.1:{port}/ws/chat"), Resolver(), TimeProvider.System));
        await answering;

        Assert.Equal((reason, code), (fault.Reason, fault.Code));
    }

    public void Dispose() => _authority.Dispose();

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        using var caller = await listener.AcceptTcpClientAsync();
        var stream = caller.GetStream();
        Assert.NotEqual(0, await stream.ReadAsync(new byte[4096]));
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
    }

    private Task<LoopbackService> ServeAsync(X509Certificate2 leaf) => LoopbackService.StartAsync(_ => Task.CompletedTask, _authority, leaf);

    private Task<string> RefusalAsync(LoopbackService service) => RefusalAsync(service, [_authority.Certificate]);

    private static async Task<string> RefusalAsync(LoopbackService service, X509Certificate2Collection? authorities)
    {
        var fault = await FaultAsync(Dialer(service, authorities));
        Assert.Equal(SessionFaultReason.CertificateRefused, fault.Reason);
        return fault.Text!;
    }

    private static async Task<SessionFault> FaultAsync(WebSocketDialer dialer) => (await Assert.ThrowsAsync<DialException>(() => dialer.ConnectAsync(default))).Fault;

    private static WebSocketDialer Dialer(LoopbackService service, X509Certificate2Collection? authorities) => Dialer(service.Port, authorities);

    private static WebSocketDialer Dialer(int port, X509Certificate2Collection? authorities) =>
        new(new Uri($"wss://{Name}:{port}/ws/chat"), Resolver(), TimeProvider.System, authorities);

    private static HostResolver Resolver() =>
        new(new SystemLookup(_ => [IPAddress.Loopback]), [], new AddressMemory(), new ResolverLimits(), TimeProvider.System, new SystemRandomSource());
}
