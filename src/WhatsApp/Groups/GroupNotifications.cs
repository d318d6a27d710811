using WhatsApp.Binary;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Store;

namespace WhatsApp.Groups;

/// <summary>Takes in <c>w:gp2</c> notifications. The router acknowledges them after the commit; one that comes twice changes nothing.</summary>
internal sealed class GroupNotifications(ISessionDatabase database, EventStream events, TimeProvider time)
{
    public static string KeyOf(GroupNotification notification) => $"group|{notification.Group}|{notification.Id}";

    public async Task HandleAsync(Node node, CancellationToken cancellationToken)
    {
        var notification = GroupNotification.Read(node);
        await database.RunAsync("group-notification", store => Apply(store, notification), cancellationToken).ConfigureAwait(false);
        events.Wake();
    }

    private void Apply(SessionTransaction store, GroupNotification notification)
    {
        if (store.Inbound.Contains($"{KeyOf(notification)}|0"))
        {
            return;
        }

        var own = OwnAccount.Of(store);
        new GroupChanges(store, own, new People(store, own, time), notification).Apply();
    }
}
