using System.Net.Http;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using WhatsApp.Wire.Resolving;

namespace WhatsApp.History;

/// <summary>The media host over HTTPS, found by the same resolver as the service. Of a service that is not the real one: that service itself, so that nothing leaves the machine it runs on.</summary>
internal sealed class HttpMediaSource : IMediaSource, IDisposable
{
    private const string RealService = "web.whatsapp.com";
    private static readonly Uri RealMedia = new("https://mmg.whatsapp.net");
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(15);

    private readonly Uri _host;
    private readonly HostResolver _resolver;
    private readonly HttpMessageInvoker _http;

    public HttpMediaSource(Uri service, X509Certificate2Collection? authorities, HostResolver resolver)
    {
        _host = HostOf(service);
        _resolver = resolver;
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = ConnectLimit, ConnectCallback = ConnectAsync };
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        _http = new HttpMessageInvoker(handler);
    }

    public static Uri HostOf(Uri service) => service.Host == RealService
        ? RealMedia
        : new UriBuilder(service) { Scheme = service.Scheme == "wss" ? "https" : "http", Path = "/", Query = "" }.Uri;

    public async Task<Stream> OpenAsync(string directPath, CancellationToken cancellationToken)
    {
        var address = new Uri(_host, directPath);
        if (address.Host != _host.Host || address.Port != _host.Port || address.Scheme != _host.Scheme)
        {
            throw new HttpRequestException("The path leads away from the media host.");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Origin", "https://web.whatsapp.com");
        var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            var status = response.StatusCode;
            response.Dispose();
            throw new HttpRequestException($"The media host answered with {(int)status}.", null, status);
        }

        return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Exception? last = null;
        await foreach (var stage in _resolver.FindAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false))
        {
            foreach (var address in stage.Addresses)
            {
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(address, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
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

        throw new HttpRequestException("The media host cannot be reached.", last);
    }
}
