using System.Text.Json;
using System.Text.Json.Serialization;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Groups;

/// <summary>What is kept of a group between two readings.</summary>
internal sealed record StoredGroup
{
    public required string Subject { get; init; }

    public bool LidAddressing { get; init; }

    public bool Announcement { get; init; }

    /// <summary>The participants' version; null when the service named none.</summary>
    public string? Version { get; init; }

    public required IReadOnlyList<StoredMember> Members { get; init; }

    [JsonIgnore]
    public bool Stale { get; init; }

    [JsonIgnore]
    public DateTimeOffset ReadAt { get; init; }

    public static StoredGroup Of(GroupMetadata metadata) => new()
    {
        Subject = metadata.Subject,
        LidAddressing = metadata.LidAddressing,
        Announcement = metadata.Announcement,
        Version = metadata.Version,
        Members = [.. metadata.Members.Select(StoredMember.Of)],
    };

    public static StoredGroup? Load(SessionTransaction store, Jid group)
    {
        if (store.Groups.Load(group) is not { } row)
        {
            return null;
        }

        var stored = JsonSerializer.Deserialize(row.Payload, StoredGroupJson.Default.StoredGroup) ?? throw new JsonException("A stored group is empty.");
        return stored with { Stale = row.Stale, ReadAt = row.At };
    }

    /// <summary>Keeps this as the newest reading. When somebody is gone, our sender key goes too: they must not read on.</summary>
    public void Save(SessionTransaction store, Jid group, OwnAccount own, People people, DateTimeOffset readAt)
    {
        if (Load(store, group) is { } before)
        {
            var present = PersonsIn(people).ToHashSet();
            if (before.PersonsIn(people).Any(person => !present.Contains(person)) || before.LidAddressing != LidAddressing)
            {
                DropSenderKey(store, group, own);
            }
        }

        store.Groups.Save(group, JsonSerializer.SerializeToUtf8Bytes(this, StoredGroupJson.Default.StoredGroup), readAt);
        if (Stale)
        {
            store.Groups.MarkStale(group);
        }
    }

    /// <summary>The next message starts a new sender key and gives it to everyone who is in then.</summary>
    public static void DropSenderKey(SessionTransaction store, Jid group, OwnAccount own)
    {
        store.SenderKeys.Delete(group, store.Lids.DeviceOf(own.Phone));
        store.SenderKeyShares.Clear(group);
    }

    /// <summary>The group is none of ours any more.</summary>
    public static void Forget(SessionTransaction store, Jid group, OwnAccount own)
    {
        DropSenderKey(store, group, own);
        store.Groups.Delete(group);
    }

    /// <summary>The members by canonical name.</summary>
    public IEnumerable<PeerId> PersonsIn(People people) => Members.Select(member => people.PeerOf(Jid.Parse(member.Jid)));

    /// <summary>The same people with the same rights, and the same settings.</summary>
    public bool IsAsIn(StoredGroup other, People people) =>
        (Subject, LidAddressing, Announcement) == (other.Subject, other.LidAddressing, other.Announcement) &&
        Members.Select(member => (people.PeerOf(Jid.Parse(member.Jid)), member.IsAdmin)).ToHashSet()
            .SetEquals(other.Members.Select(member => (people.PeerOf(Jid.Parse(member.Jid)), member.IsAdmin)));

    public bool Holds(PeerId person, People people) => PersonsIn(people).Contains(person);

    public GroupRoster ToRoster(Jid group, OwnAccount own, People people)
    {
        var members = Members.Select(member => people.Complete(member.ToMember())).ToList();
        var us = members.Find(member => own.Owns(member.Jid) || (member.Phone is { } phone && own.Owns(phone)));
        return new GroupRoster(group, Subject, LidAddressing, members, us is not null, us?.IsAdmin ?? false, Announcement, ReadAt);
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoredGroup))]
internal sealed partial class StoredGroupJson : JsonSerializerContext;
