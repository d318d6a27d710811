using System.Net.Sockets;

namespace Provisioning.Health;

/// <summary>Whether something really answers behind an address.</summary>
internal interface IPortProbe
{
    /// <summary>True when a TCP connection is accepted and not closed again at once, as a proxy without a backend would.</summary>
    Task<bool> StaysOpenAsync(string host, int port, CancellationToken ct);

    /// <summary>True when the server answers an HTTP request with anything below 500.</summary>
    Task<bool> AnswersHttpAsync(string host, int port, string path, CancellationToken ct);
}

internal sealed class PortProbe(IHttpClientFactory clients) : IPortProbe
{
    public const string ClientName = "health";

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(300);

    public async Task<bool> StaysOpenAsync(string host, int port, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, limit.Token);
            limit.CancelAfter(Hold);
            return await client.GetStream().ReadAsync(new byte[1], limit.Token) > 0; // it greets us
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return client.Connected; // silent for the whole hold: open; or never accepted
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            return false;
        }
    }

    public async Task<bool> AnswersHttpAsync(string host, int port, string path, CancellationToken ct)
    {
        using var client = clients.CreateClient(ClientName);
        try
        {
            using var response = await client.GetAsync(new UriBuilder(Uri.UriSchemeHttp, host, port, path).Uri, HttpCompletionOption.ResponseHeadersRead, ct);
            return (int)response.StatusCode < 500;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException || (fault is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }
}
