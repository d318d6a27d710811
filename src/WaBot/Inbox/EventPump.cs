using Shared.Inbox;
using WaBot.Hosting;
using WhatsApp;

namespace WaBot.Inbox;

/// <summary>Moves events from the session into the inbox: first stored durably, only then acknowledged.</summary>
internal sealed class EventPump(IWhatsAppClient client, IInbox inbox, TargetGroups groups, Bells bells, TimeProvider time, ILogger<EventPump> logger) : LoopService(time, logger)
{
    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        await foreach (var item in client.ReadEventsAsync(ct))
        {
            if (StoredEvents.ToItem(item, groups) is { } row && await inbox.StoreAsync(row, ct))
            {
                bells.Inbox.Ring();
            }
            await client.AcknowledgeAsync(item, ct);
        }
    }
}
