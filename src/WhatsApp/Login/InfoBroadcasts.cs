using System.Globalization;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Store;

namespace WhatsApp.Login;

/// <summary>The <c>&lt;ib&gt;</c> stanzas of the service. Source: facts 8.5.</summary>
internal sealed partial class InfoBroadcasts(SessionServices services, ILogger<InfoBroadcasts> logger)
{
    public async Task HandleAsync(LiveConnection connection, OfflineQueue queue, Node stanza, CancellationToken cancellationToken)
    {
        foreach (var item in stanza.Children)
        {
            switch (item.Tag)
            {
                case "offline_preview":
                    await queue.PreviewAsync(connection, item, cancellationToken).ConfigureAwait(false);
                    break;
                case "offline":
                    queue.End();
                    break;
                case "edge_routing" when item.Child("routing_info")?.Bytes is { Length: > 0 } routing:
                    await services.Database.RunAsync("edge-routing", store => store.Device.SaveEdgeRouting(routing.ToArray()), cancellationToken).ConfigureAwait(false);
                    break;
                case "dirty":
                    await CleanAsync(connection, item, cancellationToken).ConfigureAwait(false);
                    break;
                case "client_expiration" when long.TryParse(item["t"], NumberStyles.None, CultureInfo.InvariantCulture, out var deadline) && deadline < 253_402_300_800:
                    Log.VersionExpires(logger, DateTimeOffset.FromUnixTimeSeconds(deadline));
                    break;
                case "downgrade_webclient":
                    Log.Downgraded(logger);
                    break;
                default:
                    Log.Ignored(logger, item.Tag);
                    break;
            }
        }
    }

    /// <summary>What we keep of that kind counts as out of date at once and is read again; only then the notice is cleaned, else it comes again at the next login.</summary>
    private async Task CleanAsync(LiveConnection connection, Node dirty, CancellationToken cancellationToken)
    {
        if (dirty["type"] == "groups")
        {
            await services.Database.RunAsync("groups-stale", store => store.Groups.MarkAllStale(), cancellationToken).ConfigureAwait(false);
        }

        var clean = new Node("iq", new() { ["to"] = Jid.Service, ["type"] = "set", ["xmlns"] = "urn:xmpp:whatsapp:dirty" },
            new Node("clean", new() { ["type"] = dirty["type"], ["timestamp"] = dirty["timestamp"] }));
        connection.Start("clean", async token =>
        {
            try
            {
                if (dirty["type"] is { } type && services.Moments.Dirty(type) is { } refresh)
                {
                    await refresh(token).ConfigureAwait(false);
                }

                await connection.RequestAsync(clean, token).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is IqErrorException or TimeoutException)
            {
                Log.NotCleaned(logger, fault); // harmless: it comes again at the next login
            }
        });
    }

    private static partial class Log
    {
        [LoggerMessage(1231, LogLevel.Warning, "The service accepts this client version only until {Deadline}")]
        public static partial void VersionExpires(ILogger logger, DateTimeOffset deadline);

        [LoggerMessage(1232, LogLevel.Error, "The account has left multi-device mode")]
        public static partial void Downgraded(ILogger logger);

        [LoggerMessage(1233, LogLevel.Debug, "<ib> item {Tag} is ignored")]
        public static partial void Ignored(ILogger logger, string tag);

        [LoggerMessage(1234, LogLevel.Information, "The service did not confirm a cleaned notice")]
        public static partial void NotCleaned(ILogger logger, Exception fault);
    }
}
