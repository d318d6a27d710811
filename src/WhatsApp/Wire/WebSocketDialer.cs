using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WhatsApp.Wire.Resolving;

namespace WhatsApp.Wire;

/// <summary>Opens the service's WebSocket over addresses of our own finding. TLS checks the name whatever the address.</summary>
/// <param name="endpoint"><c>wss</c>; <c>ws</c> only on loopback.</param>
/// <param name="resolver">Where addresses come from.</param>
/// <param name="time">Clock of the limits.</param>
/// <param name="authorities">Who may certify the server's name; the machine's own store when null.</param>
/// <param name="logger">Hears of detours.</param>
internal sealed partial class WebSocketDialer(
    Uri endpoint,
    HostResolver resolver,
    TimeProvider time,
    X509Certificate2Collection? authorities = null,
    ILogger? logger = null) : IDialer
{
    /// <summary>One attempt to connect: TCP, TLS and the WebSocket's opening.</summary>
    public static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(15);

    /// <summary>TCP to one of several addresses.</summary>
    public static readonly TimeSpan AddressLimit = TimeSpan.FromSeconds(5);

    /// <summary>All attempts and lookups together.</summary>
    public static readonly TimeSpan TotalLimit = TimeSpan.FromSeconds(45);

    private const string Origin = "https://web.whatsapp.com";
    private const string UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private readonly Uri _endpoint = Checked(endpoint);
    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <exception cref="IOException">No address could be found, or none of them took the connection in time.</exception>
    public async Task<IByteChannel> ConnectAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TotalLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        HashSet<IPAddress> tried = [];
        Exception? last = null;
        try
        {
            await foreach (var stage in resolver.FindAsync(_endpoint.IdnHost, either.Token).ConfigureAwait(false))
            {
                IPAddress[] fresh = [.. stage.Addresses.Where(tried.Add)];
                if (fresh.Length == 0)
                {
                    continue;
                }

                try
                {
                    return await AttemptAsync(stage, fresh, either.Token).ConfigureAwait(false);
                }
                catch (Exception fault) when (fault is WebSocketException or IOException or SocketException or HttpRequestException)
                {
                    last = fault;
                    Log.AttemptFailed(_logger, stage.Source, fault.GetBaseException().Message);
                }
            }
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("The service could not be reached in time.", last ?? fault);
        }

        throw new IOException(tried.Count == 0 ? "No address of the service could be found." : "The service could not be reached.", last);
    }

    private async Task<IByteChannel> AttemptAsync(AddressStage stage, IPAddress[] addresses, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AttemptLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        IPAddress? connected = null;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = async (context, token) =>
            {
                (connected, var stream) = await ConnectTcpAsync(addresses, context.DnsEndPoint.Port, token).ConfigureAwait(false);
                return stream;
            },
        };
        if (authorities is not null)
        {
            handler.SslOptions.CertificateChainPolicy = ChainPolicy(authorities);
        }

        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = TimeSpan.Zero; // the stanzas above have their own
            socket.Options.SetRequestHeader("Origin", Origin);
            socket.Options.SetRequestHeader("User-Agent", UserAgent);
            socket.Options.SetRequestHeader("Cache-Control", "no-cache");
            socket.Options.SetRequestHeader("Pragma", "no-cache");
            await socket.ConnectAsync(_endpoint, invoker, either.Token).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            socket.Dispose();
            if (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new IOException("The server took the connection but did not open the WebSocket in time.", fault);
            }

            throw;
        }

        if (connected is not null)
        {
            resolver.Remember(_endpoint.IdnHost, stage, connected);
        }

        if (stage.Source is AddressSource.FallbackServer or AddressSource.LastGood)
        {
            Log.Detour(_logger, stage.Source);
        }

        return new WebSocketByteChannel(socket);
    }

    private async Task<(IPAddress Address, Stream Stream)> ConnectTcpAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        SocketException? last = null;
        foreach (var address in addresses)
        {
            using var limit = new CancellationTokenSource(AddressLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), either.Token).ConfigureAwait(false);
                return (address, new NetworkStream(socket, ownsSocket: true));
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
                last = new SocketException((int)SocketError.TimedOut);
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static X509ChainPolicy ChainPolicy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static Uri Checked(Uri endpoint) => endpoint.Scheme switch
    {
        "wss" => endpoint,
        "ws" when endpoint.IsLoopback => endpoint,
        _ => throw new ArgumentException("The endpoint must be wss, or ws on loopback.", nameof(endpoint)),
    };

    private static partial class Log
    {
        [LoggerMessage(1011, LogLevel.Information, "Connected by an address from {Source}: the system's name resolution did not help")]
        public static partial void Detour(ILogger logger, AddressSource source);

        [LoggerMessage(1012, LogLevel.Warning, "No connection by the addresses from {Source}: {Fault}")]
        public static partial void AttemptFailed(ILogger logger, AddressSource source, string fault);
    }
}
