using System.Net;
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
    /// <summary>All attempts and lookups together.</summary>
    public static readonly TimeSpan TotalLimit = TimeSpan.FromSeconds(45);

    private readonly Uri _endpoint = Checked(endpoint);
    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <summary>One address after the other, from one source after the other: never more than one socket to the service at a time.</summary>
    /// <exception cref="DialException">No address could be found, or none of them took the connection in time.</exception>
    public async Task<IByteChannel> ConnectAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TotalLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        HashSet<IPAddress> tried = [];
        SessionFault? worst = null;
        DialException? last = null;
        var named = false;
        try
        {
            await foreach (var stage in resolver.FindAsync(_endpoint.IdnHost, either.Token).ConfigureAwait(false))
            {
                named |= stage.Source != AddressSource.LastGood;
                IPAddress[] fresh = [.. stage.Addresses.Where(tried.Add)];
                if (fresh.Length == 0)
                {
                    continue;
                }

                try
                {
                    return await AttemptAsync(stage, fresh, either.Token).ConfigureAwait(false);
                }
                catch (DialException fault)
                {
                    (worst, last) = (DialFaults.Worse(worst, fault.Fault), fault);
                    Log.AttemptFailed(_logger, stage.Source, fault.Fault, fault.Message);
                }
            }
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DialException(worst ?? (named ? DialFaults.NoTime : DialFaults.NoName), last ?? (Exception)fault);
        }

        throw new DialException(Summary(worst, named), last);
    }

    /// <summary>Without a name server the last good addresses were a guess; that they failed too is not the news, unless a stranger answered there.</summary>
    private static SessionFault Summary(SessionFault? worst, bool named) => worst switch
    {
        null => DialFaults.NoName,
        _ when named || DialFaults.IsAnsweredByAStranger(worst) => worst,
        _ => DialFaults.LastGoodDidNotHelp,
    };

    private async Task<IByteChannel> AttemptAsync(AddressStage stage, IPAddress[] addresses, CancellationToken cancellationToken)
    {
        using var attempt = new WebSocketAttempt(_endpoint, addresses, time, authorities);
        var socket = await attempt.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (attempt.Connected is { } connected)
        {
            resolver.Remember(_endpoint.IdnHost, stage, connected);
        }

        if (stage.Source is AddressSource.FallbackServer or AddressSource.LastGood)
        {
            Log.Detour(_logger, stage.Source);
        }

        return new WebSocketByteChannel(socket);
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

        [LoggerMessage(1012, LogLevel.Warning, "No connection by the addresses from {Source}: {Fault}. {Found}")]
        public static partial void AttemptFailed(ILogger logger, AddressSource source, SessionFault fault, string found);
    }
}
