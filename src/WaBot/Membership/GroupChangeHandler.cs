using Shared.Grace;
using Shared.Inbox;
using WaBot.Hosting;
using WaBot.Inbox;
using WhatsApp;

namespace WaBot.Membership;

/// <summary>Something happened to a target group as a whole.</summary>
internal sealed class GroupChangeHandler(IDeletionBreaker breaker, IInbox inbox, LiveRosters rosters, Bells bells)
{
    public async Task HandleAsync(long inboxId, StoredGroupChange stored, CancellationToken ct)
    {
        rosters.Forget(stored.Group);
        if (FreezeText(stored.Change) is { } detail)
        {
            await breaker.FreezeAsync(FreezeReason.RemovedFromGroup, detail, ct);
        }
        else
        {
            bells.Roster.Ring();
        }
        await inbox.MarkDoneAsync(inboxId, ct);
    }

    private static string? FreezeText(GroupChange change) => change switch
    {
        GroupChange.Removed => "the bot was removed from a target group.",
        GroupChange.Deleted => "a target group was deleted.",
        GroupChange.Suspended => "a target group was suspended by WhatsApp.",
        _ => null,
    };
}
