using WhatsApp.Devices;
using WhatsApp.Identity;
using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Messages.Sending;

/// <summary>One device a message goes to.</summary>
/// <param name="Wire">As the stanza names it: all devices of a stanza by LID, or all by number.</param>
/// <param name="Id">As the Signal layer and the store know it.</param>
/// <param name="IsOwn">A device of our own account.</param>
internal sealed record Recipient(Jid Wire, DeviceId Id, bool IsOwn);

/// <summary>The devices a message is for, as far as they are known.</summary>
internal sealed record Recipients
{
    /// <summary>Everyone who gets it, without this device.</summary>
    public required IReadOnlyList<Recipient> Devices { get; init; }

    /// <summary>People whose devices have to be asked for first.</summary>
    public required IReadOnlyList<PeerId> Unknown { get; init; }

    /// <summary>Over all devices including this one.</summary>
    public required string Hash { get; init; }

    /// <summary>The devices of these people and of our own account.</summary>
    /// <param name="store">The commit.</param>
    /// <param name="people">Who is who.</param>
    /// <param name="own">Our account.</param>
    /// <param name="persons">Without our own account.</param>
    /// <param name="byLid">Name the devices by LID.</param>
    /// <param name="now">The time.</param>
    public static Recipients Resolve(SessionTransaction store, People people, OwnAccount own, IEnumerable<PeerId> persons, bool byLid, DateTimeOffset now)
    {
        var devices = new List<Recipient>();
        var unknown = new List<PeerId>();
        foreach (var person in persons.Where(person => !own.Owns(person)).Append(people.PeerOf(own.Phone)).Distinct())
        {
            if (DeviceDirectory.Cached(store, person, now) is not { } known)
            {
                unknown.Add(person);
                continue;
            }

            var wire = byLid ? person.Name : store.Lids.PhoneOf(person) ?? (own.Owns(person) ? own.Phone.Bare : person.Name);
            devices.AddRange(known.Select(device => new Recipient(wire.WithDevice(device), person.Device(device), own.Owns(person))));
        }

        return new Recipients
        {
            Devices = [.. devices.Where(device => !own.IsThisDevice(device.Id))],
            Unknown = unknown,
            Hash = DeviceListHash.Compute(devices.Select(device => device.Wire).Append(own.NameIn(byLid)).Distinct()),
        };
    }
}
