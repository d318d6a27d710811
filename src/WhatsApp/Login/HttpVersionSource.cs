using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using WhatsApp.Wire;
using WhatsApp.Wire.Resolving;

namespace WhatsApp.Login;

/// <summary>Reads the version out of the web client's own script, as a browser would fetch it. Source: facts 3.</summary>
/// <param name="page">The script.</param>
/// <param name="resolver">Where addresses come from: the same way as for the connection itself.</param>
/// <param name="authorities">Who may certify the server's name; the machine's own store when null.</param>
internal sealed partial class HttpVersionSource(Uri page, HostResolver resolver, X509Certificate2Collection? authorities = null) : IVersionSource
{
    private const int LargestScript = 8 * 1024 * 1024;

    /// <summary>Where the service at this endpoint keeps the script.</summary>
    public static Uri PageOf(Uri endpoint) => new UriBuilder(endpoint) { Scheme = endpoint.Scheme == "wss" ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, Path = "/sw.js", Query = "" }.Uri;

    public async Task<uint> ReadAsync(CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All, ConnectCallback = ConnectAsync };
        if (authorities is not null)
        {
            handler.SslOptions.CertificateChainPolicy = WebSocketAttempt.ChainPolicy(authorities);
        }

        using var http = new HttpClient(handler) { MaxResponseContentBufferSize = LargestScript, Timeout = Timeout.InfiniteTimeSpan }; // the caller's token ends it
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        request.Headers.TryAddWithoutValidation("User-Agent", WebSocketAttempt.UserAgent);
        request.Headers.TryAddWithoutValidation("sec-fetch-site", "none");
        try
        {
            using var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var script = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return Revision().Match(script) is { Success: true } found && uint.TryParse(found.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) && revision > 0
                ? revision
                : throw new IOException("The script names no version.");
        }
        catch (HttpRequestException fault)
        {
            throw new IOException("The script could not be read.", fault);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Exception? last = null;
        await foreach (var stage in resolver.FindAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false))
        {
            foreach (var address in stage.Addresses)
            {
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch (SocketException fault)
                {
                    socket.Dispose();
                    last = fault;
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }
        }

        throw new IOException("The service could not be reached.", last);
    }

    [GeneratedRegex("""\\?"client_revision\\?":\s*([0-9]{1,10})""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Revision();
}
