using WhatsApp.Binary;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Store;

namespace WhatsApp.Groups;

/// <summary>Takes in <c>w:gp2</c> notifications. The router acknowledges them after the commit; one that comes twice changes nothing.</summary>
internal sealed class GroupNotifications(ISessionDatabase database, EventStream events, GroupRefresher refresher, TimeProvider time)
{
    public static StoreKey KeyOf(GroupNotification notification, int number) => StoreKey.Of("group", $"{notification.Group}|{notification.Id}|{number}");

    public async Task HandleAsync(Node node, CancellationToken cancellationToken)
    {
        var notification = GroupNotification.Read(node);
        var missed = await database.RunAsync("group-notification", store => Apply(store, notification), cancellationToken).ConfigureAwait(false);
        events.Wake();
        if (missed)
        {
            refresher.Refresh(notification.Group);
        }
    }

    /// <summary>True when something before this change was missed.</summary>
    private bool Apply(SessionTransaction store, GroupNotification notification)
    {
        if (store.Inbound.Contains(KeyOf(notification, 0)))
        {
            return false;
        }

        var own = OwnAccount.Of(store);
        return new GroupChanges(store, own, new People(store, own, time), notification).Apply();
    }
}
