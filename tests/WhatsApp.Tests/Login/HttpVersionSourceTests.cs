using System.Net;
using System.Net.Sockets;
using System.Text;
using WhatsApp.Login;
using WhatsApp.Tests.Connection;
using WhatsApp.Wire.Resolving;

namespace WhatsApp.Tests.Login;

/// <summary>The version's page over a real socket on loopback.</summary>
public class HttpVersionSourceTests
{
    [Theory]
    [InlineData("""self.__x={"client_revision":1045649999,"y":1}""", 1045649999u)]
    [InlineData("""self.__x="{\"client_revision\":1045649998}" """, 1045649998u)]
    [InlineData("""{ "client_revision": 7 }""", 7u)]
    public async Task The_revision_is_found_in_the_script(string script, uint revision)
    {
        var (answer, request) = await ReadAsync($"HTTP/1.1 200 OK\r\nContent-Length: {script.Length}\r\n\r\n{script}");

        Assert.Equal(revision, answer);
        Assert.StartsWith("GET /sw.js HTTP/1.1", request, StringComparison.Ordinal);
        Assert.Contains("sec-fetch-site: none", request, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("User-Agent: Mozilla/5.0", request, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")] // no revision
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n{\"client_revision\":99999999999999}")] // no number of ours
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{\"client_revision\":0}")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/login\r\nContent-Length: 0\r\n\r\n")] // a captive portal
    [InlineData("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\nx")] // more than any script
    [InlineData("nonsense\r\n\r\n")]
    public async Task Whatever_else_comes_is_a_reading_that_failed(string answer) => await Assert.ThrowsAsync<IOException>(() => ReadAsync(answer));

    private static async Task<(uint Revision, string Request)> ReadAsync(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var end = new CancellationTokenSource(Patience.Limit);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = ServeAsync(listener, answer, end.Token);
        var resolver = HostResolver.Create(new WhatsAppClientOptions { StorageFolder = "unused", Protector = new TestProtector(), FallbackDns = [] }, new AddressMemory());
        var revision = await new HttpVersionSource(new Uri($"http://127.0.0.1:{port}/sw.js"), resolver).ReadAsync(end.Token);
        return (revision, await serving);
    }

    private static async Task<string> ServeAsync(TcpListener listener, string answer, CancellationToken cancellationToken)
    {
        using var client = await listener.AcceptTcpClientAsync(cancellationToken);
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await client.GetStream().ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            request.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
        return request.ToString();
    }
}
