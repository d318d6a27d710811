using WhatsApp.Groups;
using WhatsApp.Identity;
using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Messages.Sending;

/// <summary>
/// Makes our sender keys useless to a device that must not read on: the next message of each group it has one for starts a new key.
/// A key on its way counts as given, for its share is noted when the service answers, which may be after this.
/// </summary>
internal static class SenderKeyRecall
{
    /// <summary>A device was unlinked.</summary>
    public static void From(SessionTransaction store, OwnAccount own, DeviceId device) =>
        Drop(store, own, store.SenderKeyShares.GroupsOf(device).Union(OnTheWayTo(store, other => other == device)));

    /// <summary>A person set WhatsApp up anew: none of the former devices counts.</summary>
    public static void From(SessionTransaction store, OwnAccount own, PeerId person) =>
        Drop(store, own, store.SenderKeyShares.GroupsOf(person).Union(OnTheWayTo(store, other => other.Peer == person)));

    private static void Drop(SessionTransaction store, OwnAccount own, IEnumerable<Jid> groups)
    {
        foreach (var group in groups.ToList())
        {
            StoredGroup.DropSenderKey(store, group, own);
        }
    }

    private static IEnumerable<Jid> OnTheWayTo(SessionTransaction store, Predicate<DeviceId> isMeant) =>
        from message in store.Outbound.Undelivered()
        where message.Chat.IsGroup && Delivery.Read(message.Delivery).KeyTo.Any(name => isMeant(store.Lids.DeviceOf(Jid.Parse(name))))
        select message.Chat;
}
