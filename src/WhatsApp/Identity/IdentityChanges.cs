using System.Security.Cryptography;
using WhatsApp.Messages.Receiving;
using WhatsApp.Messages.Sending;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Identity;

/// <summary>A person's identity key is another one: what was made with the old one goes, and the host hears of it. Inside one commit. Source: facts 11.7.</summary>
internal static class IdentityChanges
{
    /// <summary>The service says that the person set WhatsApp up anew: nothing of any of their devices is of use. True when an event was stored.</summary>
    public static bool Told(SessionTransaction store, PeerId person, string notification, DateTimeOffset now)
    {
        store.Sessions.DeletePerson(person);
        store.Identities.DeletePerson(person);
        Forget(store, person);
        return Raise(store, person, null, notification, now);
    }

    /// <summary>
    /// A session operation saw the device's identity. A phone with another key belongs to an account set up anew, whose companions
    /// had to be linked again: what is kept of them goes. True when an event was stored.
    /// </summary>
    public static bool Seen(SessionTransaction store, DeviceId device, IdentityTrust trust, DateTimeOffset now)
    {
        if (trust != IdentityTrust.Changed)
        {
            return false;
        }

        Forget(store, device.Peer);
        if (device.Number == 0)
        {
            foreach (var companion in store.Sessions.DevicesOf(device.Peer).Where(number => number != 0))
            {
                store.Sessions.Delete(device.Peer.Device(companion));
                store.Identities.Delete(device.Peer.Device(companion));
            }
        }

        var key = store.Identities.Load(device) is { } identity ? Convert.ToHexString(SHA256.HashData(identity).AsSpan(0, 8)) : "";
        return Raise(store, device.Peer, device.Number, key, now);
    }

    private static void Forget(SessionTransaction store, PeerId person)
    {
        SenderKeyRecall.From(store, OwnAccount.Of(store), person); // what they had of our sender keys is gone, or in the hands of who has the old device
        store.SenderKeyShares.RemovePerson(person);
        store.TokenIssues.Forget(person); // and so is the token we gave
        store.Repairs.DeletePerson(person);
        store.DeviceLists.MarkStale(person);
    }

    private static bool Raise(SessionTransaction store, PeerId person, ushort? device, string what, DateTimeOffset now)
    {
        var phone = store.Lids.PhoneOf(person);
        var stored = new StoredEvent
        {
            Kind = EventKind.IdentityChanged,
            At = now.ToUnixTimeMilliseconds(),
            Person = new StoredMember(person.ToString(), phone?.ToString(), person.IsLid ? person.ToString() : null, IsAdmin: false),
            Change = device ?? -1,
        };
        return store.Inbound.Add(
            StoreKey.Of("identity-changed", person, $"{device}|{what}"), nameof(EventKind.IdentityChanged), stored.Write(), receipt: null, now, offline: false) is not null;
    }
}
