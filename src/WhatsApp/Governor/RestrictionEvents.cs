using WhatsApp.Messages.Receiving;
using WhatsApp.Store;

namespace WhatsApp.Governor;

/// <summary>Tells the host, durably, what the account may not do any more, or may do again.</summary>
internal static class RestrictionEvents
{
    /// <summary>True when an event was stored.</summary>
    public static bool Raise(SessionTransaction store, WriteObstacle obstacle, bool active, DateTimeOffset? until, DateTimeOffset now)
    {
        var stored = new StoredEvent
        {
            Kind = EventKind.Restriction,
            At = now.ToUnixTimeMilliseconds(),
            Change = (int)obstacle,
            IsActive = active,
            Until = until?.ToUnixTimeMilliseconds() ?? 0,
        };
        return store.Inbound.Add(
            StoreKey.Of("restriction", $"{obstacle}|{active}|{now.ToUnixTimeMilliseconds()}"), nameof(EventKind.Restriction), stored.Write(), receipt: null, now, offline: false) is not null;
    }
}
