using Microsoft.Extensions.Logging;
using WhatsApp.Binary;

namespace WhatsApp.Connection;

/// <summary>Takes one stanza to its handler and answers whatever comes of it. Nothing a stanza holds can stop the loop.</summary>
internal sealed partial class StanzaDispatcher(WhatsAppMetrics counters, ILogger<StanzaDispatcher> logger)
{
    /// <param name="connection">Where it came from and where the answer goes.</param>
    /// <param name="stanza">The stanza.</param>
    /// <param name="route">Who handles it; null when nobody knows it.</param>
    /// <param name="cancellationToken">Ends with the connection.</param>
    public async Task DispatchAsync(LiveConnection connection, Node stanza, StanzaRoute? route, CancellationToken cancellationToken)
    {
        try
        {
            if (route is null)
            {
                await AnswerUnknownAsync(connection, stanza, cancellationToken).ConfigureAwait(false);
                return;
            }

            await route.Handler(stanza, cancellationToken).ConfigureAwait(false);
            if (route.Reply == StanzaReply.RouterAcks)
            {
                await connection.SendAsync(StanzaAcks.Ack(stanza), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (NotConnectedException)
        {
            Log.Unanswered(logger, stanza.Tag); // the service repeats it at the next login
        }
        catch (SessionStoreException fault)
        {
            // Unanswered on purpose: what could not be stored must come again.
            Log.StoreFailed(logger, stanza.Tag, fault);
            connection.End(new SessionFault(SessionFaultReason.StoreFailed));
        }
        catch (MalformedNodeException fault)
        {
            counters.Malformed();
            Log.Malformed(logger, stanza.Tag, fault);
            await NackAsync(connection, stanza, NackCodes.Parsing, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The loop catches around one item; it is logged, counted and answered.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            counters.Failed(stanza.Tag);
            Log.Failed(logger, stanza.Tag, fault);
            await NackAsync(connection, stanza, NackCodes.Unhandled, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask AnswerUnknownAsync(LiveConnection connection, Node stanza, CancellationToken cancellationToken)
    {
        counters.Unknown(stanza.Tag);
        Log.Unknown(logger, stanza.Tag, stanza["type"]);
        if (stanza.Tag == "message")
        {
            await NackAsync(connection, stanza, NackCodes.UnknownStanza, cancellationToken).ConfigureAwait(false);
        }
        else if (StanzaAcks.IsWanted(stanza.Tag))
        {
            await connection.SendAsync(StanzaAcks.Ack(stanza), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask NackAsync(LiveConnection connection, Node stanza, int code, CancellationToken cancellationToken)
    {
        if (!StanzaAcks.IsWanted(stanza.Tag))
        {
            return;
        }

        try
        {
            await connection.SendAsync(StanzaAcks.Nack(stanza, code), cancellationToken).ConfigureAwait(false);
        }
        catch (NotConnectedException)
        {
            Log.Unanswered(logger, stanza.Tag);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1121, LogLevel.Debug, "<{Tag}> stays unanswered: the connection ended")]
        public static partial void Unanswered(ILogger logger, string tag);

        [LoggerMessage(1122, LogLevel.Error, "<{Tag}> could not be stored; the connection ends so that the service sends it again")]
        public static partial void StoreFailed(ILogger logger, string tag, Exception fault);

        [LoggerMessage(1123, LogLevel.Warning, "<{Tag}> is malformed; refused")]
        public static partial void Malformed(ILogger logger, string tag, Exception fault);

        [LoggerMessage(1124, LogLevel.Error, "<{Tag}> could not be handled; refused")]
        public static partial void Failed(ILogger logger, string tag, Exception fault);

        [LoggerMessage(1125, LogLevel.Information, "<{Tag}> of type {Type} is unknown here")]
        public static partial void Unknown(ILogger logger, string tag, string? type);
    }
}
