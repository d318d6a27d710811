using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;

namespace WhatsApp.Wire;

/// <summary>One attempt at one set of addresses: TCP, TLS, the WebSocket's opening. What it opened and did not hand out is closed when it ends.</summary>
internal sealed class WebSocketAttempt : IDisposable
{
    /// <summary>TCP, TLS and the WebSocket's opening together.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>TCP to one of several addresses.</summary>
    public static readonly TimeSpan AddressLimit = TimeSpan.FromSeconds(5);

    private const string Origin = "https://web.whatsapp.com";
    internal const string UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private readonly Uri _endpoint;
    private readonly IPAddress[] _addresses;
    private readonly TimeProvider _time;
    private readonly X509Certificate2Collection? _authorities;
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationToken _over;
    private Socket? _tcp;
    private string? _badCertificate;

    public WebSocketAttempt(Uri endpoint, IPAddress[] addresses, TimeProvider time, X509Certificate2Collection? authorities)
    {
        (_endpoint, _addresses, _time, _authorities) = (endpoint, addresses, time, authorities);
        _over = _ending.Token;
    }

    /// <summary>The address that took the connection.</summary>
    public IPAddress? Connected { get; private set; }

    /// <exception cref="DialException">With what was found.</exception>
    public async Task<WebSocket> OpenAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var handler = Handler();
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = TimeSpan.Zero; // the stanzas above have their own
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader("Origin", Origin);
            socket.Options.SetRequestHeader("User-Agent", UserAgent);
            socket.Options.SetRequestHeader("Cache-Control", "no-cache");
            socket.Options.SetRequestHeader("Pragma", "no-cache");
            await socket.ConnectAsync(_endpoint, invoker, either.Token).ConfigureAwait(false);
            _tcp = null; // the WebSocket's from now on
            return socket;
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new DialException(_tcp is { Connected: true } ? DialFaults.Silence : DialFaults.NoTime, fault);
        }
        catch (Exception fault) when (fault is WebSocketException or IOException or SocketException or HttpRequestException)
        {
            var found = DialFaults.Of(fault, socket.HttpStatusCode, _badCertificate);
            socket.Dispose();
            throw new DialException(found, fault);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>HTTP lets a connection attempt run on after its request was given up; ours must not live beside the next one.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _tcp?.Dispose();
        _ending.Dispose();
    }

    private SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectCallback = ConnectTcpAsync };
        handler.SslOptions.RemoteCertificateValidationCallback = Judge;
        if (_authorities is not null)
        {
            handler.SslOptions.CertificateChainPolicy = ChainPolicy(_authorities);
        }

        return handler;
    }

    /// <summary>The usual validation decides; this only keeps what it found.</summary>
    private bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        _badCertificate = CertificateFaults.Describe(chain, errors);
        return false;
    }

    private async ValueTask<Stream> ConnectTcpAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        SocketException? last = null;
        foreach (var address in _addresses)
        {
            using var limit = new CancellationTokenSource(AddressLimit, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken, _over);
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                _tcp = socket;
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), either.Token).ConfigureAwait(false);
                Connected = address;
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException fault)
            {
                socket.Dispose();
                last = fault;
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
                _over.ThrowIfCancellationRequested();
                last = new SocketException((int)SocketError.TimedOut);
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    internal static X509ChainPolicy ChainPolicy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
