using System.Globalization;
using WhatsApp.Binary;
using WhatsApp.Messages;
using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Devices;

/// <summary>
/// A <c>devices</c> notification applied to the list we have: only when the result hashes to what the service says it is;
/// any doubt, and the list is asked for again. Source: facts 11.7.
/// </summary>
internal static class DeviceListChange
{
    public static void Apply(SessionTransaction store, PeerId person, Jid asWritten, Node notification, DateTimeOffset now)
    {
        if (DeviceDirectory.Cached(store, person, now) is not { } known)
        {
            return; // asked for when it is needed
        }

        var devices = known.ToHashSet();
        string? hash = null;
        foreach (var change in notification.Children)
        {
            hash = change["device_hash"] ?? hash;
            foreach (var device in change.ChildrenOf("device"))
            {
                if (device.JidOf("jid") is not { IsPerson: true } jid || store.Lids.PeerOf(jid) != person)
                {
                    hash = null; // somebody else's device has no place here
                    continue;
                }

                if (change.Tag == "remove" && jid.Device != 0)
                {
                    devices.Remove(jid.Device);
                }
                else if (change.Tag == "add" && HasKeyIndex(device))
                {
                    devices.Add(jid.Device);
                }
            }
        }

        if (hash is not null && (hash == HashOf(asWritten, devices) || hash == HashOf(person.Name, devices)))
        {
            DeviceDirectory.Save(store, person, devices, now);
        }
        else
        {
            store.DeviceLists.MarkStale(person);
        }
    }

    private static string HashOf(Jid person, IEnumerable<ushort> devices) => DeviceListHash.Compute(devices.Select(person.WithDevice));

    private static bool HasKeyIndex(Node device) =>
        int.TryParse(device["key-index"], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index > 0;
}
