using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Provisioning.Health;
using Provisioning.Tests.Support;
using Shared.Claims;
using Shared.Templates;

namespace Provisioning.Tests.Health;

public class HealthCheckTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK", true)]
    [InlineData("HTTP/1.1 404 Not Found", true)]
    [InlineData("HTTP/1.1 500 Internal Server Error", false)]
    [InlineData("HTTP/1.1 503 Service Unavailable", false)]
    [InlineData("SSH-2.0-nothing", false)]
    public async Task Over_http_any_answer_below_500_is_health(string status, bool healthy)
    {
        await using var bench = await Bench.StartAsync();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var asked = AnswerAsync(server, status);

        var answers = await bench.Get<IPortProbe>().AnswersHttpAsync("127.0.0.1", ((IPEndPoint)server.LocalEndpoint).Port, "/health", CancellationToken.None);

        Assert.Equal(healthy, answers);
        Assert.StartsWith("GET /health HTTP/1.1", await asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listening_is_no_health_over_http_either()
    {
        await using var bench = await Bench.StartAsync();
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        Assert.False(await bench.Get<IPortProbe>().AnswersHttpAsync("127.0.0.1", port, "/", CancellationToken.None));
    }

    [Theory]
    [InlineData(null, "node.example")]
    [InlineData("10.0.0.7", "10.0.0.7")]
    public async Task The_templates_address_goes_before_the_allocations(string? named, string asked)
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.CreateAsync();
        claim.GetType().GetProperty(nameof(Claim.Address))!.SetValue(claim, "node.example");
        var template = bench.Get<TemplateSet>().Find("nodejs")!;
        template = template with { Health = template.Health with { Address = named } };
        var probe = new NotingProbe();
        var check = new HealthCheck(probe, new TemplateSet([template]));

        await check.IsAnsweringAsync(claim, template, CancellationToken.None);
        await check.IsClosedAsync(claim, CancellationToken.None);

        Assert.Equal([asked, asked], probe.Hosts);
    }

    private static async Task<string> AnswerAsync(TcpListener server, string status)
    {
        using var client = await server.AcceptTcpClientAsync();
        var buffer = new byte[4096];
        var read = await client.GetStream().ReadAsync(buffer);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    private sealed class NotingProbe : IPortProbe
    {
        public List<string> Hosts { get; } = [];

        public Task<bool> StaysOpenAsync(string host, int port, CancellationToken ct)
        {
            Hosts.Add(host);
            return Task.FromResult(true);
        }

        public Task<bool> AnswersHttpAsync(string host, int port, string path, CancellationToken ct) => StaysOpenAsync(host, port, ct);
    }
}
