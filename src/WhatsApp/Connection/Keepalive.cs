using Microsoft.Extensions.Logging;
using WhatsApp.Binary;

namespace WhatsApp.Connection;

/// <summary>
/// Pings the service every 20 to 24 s; 10 s without an answer and 5 more after a second try end the connection. A socket
/// that died unheard, as in a modem's restart, is so noticed within <see cref="NoticedWithin"/>. Source: facts 8.4.
/// </summary>
internal sealed partial class Keepalive(TimeProvider time, IRandomSource random, WhatsAppMetrics metrics, ILogger<Keepalive> logger)
{
    /// <summary>Longest pause, first and second deadline together.</summary>
    public static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan FirstDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SecondDeadline = TimeSpan.FromSeconds(5);

    public async Task RunAsync(LiveConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Shortest + (Spread * random.Fraction()), time, cancellationToken).ConfigureAwait(false);
            var heard = connection.FramesReceived;
            if (!await PingAsync(connection, heard, FirstDeadline, cancellationToken).ConfigureAwait(false) &&
                !await PingAsync(connection, heard, SecondDeadline, cancellationToken).ConfigureAwait(false))
            {
                Log.Lost(logger);
                connection.End(new SessionFault(SessionFaultReason.KeepaliveLost));
                return;
            }
        }
    }

    private async Task<bool> PingAsync(LiveConnection connection, long heard, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var ping = new Node("iq", new() { ["to"] = Jid.Service, ["type"] = "get", ["xmlns"] = "w:p" });
        var sent = time.GetTimestamp();
        try
        {
            await connection.AskAsync(ping, deadline, cancellationToken).ConfigureAwait(false); // an error is an answer too
            metrics.PingAnswered(time.GetElapsedTime(sent));
            return true;
        }
        catch (TimeoutException)
        {
            // Whatever came since is a sign of life as well, and the answer may lie unread behind our own backlog.
            return connection.FramesReceived != heard || connection.IsReaderHeldBack;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1131, LogLevel.Warning, "The service answered none of two pings; reconnecting")]
        public static partial void Lost(ILogger logger);
    }
}
