using Shared.Alerts;
using Shared.Inbox;
using WaBot.Hosting;
using WhatsApp;

namespace WaBot.Inbox;

/// <summary>Moves events from the session into the inbox: first stored durably, only then acknowledged.</summary>
internal sealed class EventPump(IWhatsAppClient client, IInbox inbox, IAlerts alerts, TargetGroups groups, Bells bells, TimeProvider time, ILogger<EventPump> logger) : LoopService(time, logger)
{
    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        await foreach (var item in client.ReadEventsAsync(ct))
        {
            if (StoredEvents.ToItem(item, groups) is { } row && await inbox.StoreAsync(row, ct))
            {
                bells.Inbox.Ring();
            }
            if (item is AccountRestrictionChanged restriction)
            {
                await alerts.RaiseAsync(AlertOf(restriction), ct);
            }
            await client.AcknowledgeAsync(item, ct);
        }
    }

    private static Alert AlertOf(AccountRestrictionChanged change) => change.IsActive
        ? new Alert("account_restricted", AlertSeverity.Critical,
            $"WhatsApp has restricted what the bot's account may write ({change.Obstacle}, {(change.Until is { } until ? $"until {until:u}" : "no end named")}). Messages that may not go wait; nothing is tried again. See the runbook, blocked number.", "session")
        : new Alert("account_released", AlertSeverity.Warning, $"WhatsApp has lifted a restriction of the bot's account ({change.Obstacle}). Waiting messages go out.", "session");
}
