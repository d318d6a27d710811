using Microsoft.Extensions.Logging;
using WhatsApp.Binary;

namespace WhatsApp.Connection;

/// <summary>Pings the service every 20 to 30 s; two misses of 10 s in a row end the connection. Source: facts 8.4.</summary>
internal sealed partial class Keepalive(TimeProvider time, IRandomSource random, ILogger<Keepalive> logger)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public async Task RunAsync(LiveConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Shortest + (Spread * random.Fraction()), time, cancellationToken).ConfigureAwait(false);
            if (!await PingAsync(connection, cancellationToken).ConfigureAwait(false) &&
                !await PingAsync(connection, cancellationToken).ConfigureAwait(false))
            {
                Log.Lost(logger);
                connection.End(new SessionFault(SessionFaultReason.KeepaliveLost));
                return;
            }
        }
    }

    private static async Task<bool> PingAsync(LiveConnection connection, CancellationToken cancellationToken)
    {
        var ping = new Node("iq", new() { ["to"] = Jid.Service, ["type"] = "get", ["xmlns"] = "w:p" });
        try
        {
            await connection.AskAsync(ping, Deadline, cancellationToken).ConfigureAwait(false); // an error is an answer too
            return true;
        }
        catch (TimeoutException)
        {
            return connection.IsReaderHeldBack; // the answer may lie unread behind our own backlog
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1131, LogLevel.Warning, "The service answered none of two pings; reconnecting")]
        public static partial void Lost(ILogger logger);
    }
}
