using WhatsApp.Messages.Receiving;
using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Identity;

/// <summary>
/// Who is who, inside one commit. Every key, lock and session uses the canonical name: the LID when it is known.
/// Source: facts 14.
/// </summary>
internal sealed class People(SessionTransaction store, OwnAccount own, TimeProvider time)
{
    private readonly List<Jid> _unconfirmed = [];

    /// <summary>Numbers seen beside a LID that the service has not confirmed, or that contradict what it said: to be asked for.</summary>
    public IReadOnlyList<Jid> Unconfirmed => _unconfirmed;

    /// <summary>An event was stored.</summary>
    public bool HasNews { get; private set; }

    public PeerId PeerOf(Jid person) => store.Lids.PeerOf(person);

    public DeviceId DeviceOf(Jid device) => store.Lids.DeviceOf(device);

    /// <summary>The device this client is.</summary>
    public DeviceId ThisDevice => DeviceOf(own.Phone);

    /// <summary>The chat under the name it is kept by: a person's canonical one; a group has only one.</summary>
    public Jid ChatOf(Jid chat) => chat.IsPerson ? PeerOf(chat).Name : chat;

    /// <summary>Notes a pair that the service itself has stated; what is kept under the number moves to the LID, and the host hears of it, in this commit.</summary>
    public void Learn(IdentityPair pair)
    {
        var now = time.GetUtcNow();
        var before = store.Lids.LidOf(pair.Phone);
        var learned = store.Lids.Learn(pair.Phone, pair.Lid, now);
        if (learned == LidLearned.Known || own.Owns(pair.Phone))
        {
            return;
        }

        if (learned == LidLearned.Changed)
        {
            IdentityCounters.Reassigned();
            Raise(EventKind.IdentityConflict, pair, before, isSettled: true);
        }

        Raise(EventKind.Identity, pair, null, isSettled: true);
    }

    /// <summary>Notes a pair that stood on a stanza. It teaches nothing; who is not known yet is asked for.</summary>
    public void Sight(IdentityPair pair)
    {
        var sighted = store.Lids.Sight(pair.Phone, pair.Lid, time.GetUtcNow());
        if (sighted == LidSighted.Known)
        {
            return;
        }

        _unconfirmed.Add(pair.Phone);
        if (sighted == LidSighted.Conflict)
        {
            IdentityCounters.Contradicted();
            Raise(EventKind.IdentityConflict, pair, store.Lids.LidOf(pair.Phone), isSettled: false);
        }
    }

    public void Learn(GroupMember member)
    {
        if (member is { Phone: { } phone, Lid: { } lid })
        {
            Learn(new IdentityPair(phone, lid));
        }
    }

    public void Sight(GroupMember member)
    {
        if (member is { Phone: { } phone, Lid: { } lid })
        {
            Sight(new IdentityPair(phone, lid));
        }
    }

    /// <summary>The member with the name that the stanza left out, if it is known or was seen.</summary>
    public GroupMember Complete(GroupMember member) => member with
    {
        Phone = member.Phone ?? (member.Lid is { } lid ? store.Lids.PhoneOf(lid) ?? store.Lids.SightedPhoneOf(lid) : null),
        Lid = member.Lid ?? (member.Phone is { } phone ? store.Lids.LidOf(phone) ?? store.Lids.SightedLidOf(phone) : null),
    };

    /// <summary>Both names of a person as far as they are known.</summary>
    public GroupMember Describe(PeerId person) => Complete(Groups.GroupMetadata.Member(person.Name, null, null, isAdmin: false));

    /// <summary>The same person under any of the names.</summary>
    public static bool AreSame(GroupMember one, GroupMember other) =>
        one.Jid == other.Jid ||
        (one.Phone is { } phone && phone == other.Phone) ||
        (one.Lid is { } lid && lid == other.Lid);

    private void Raise(EventKind kind, IdentityPair pair, Jid? knownLid, bool isSettled)
    {
        var now = time.GetUtcNow();
        var stored = new StoredEvent
        {
            Kind = kind,
            At = now.ToUnixTimeMilliseconds(),
            Chat = knownLid?.ToString(),
            Person = new StoredMember(pair.Lid.ToString(), pair.Phone.ToString(), pair.Lid.ToString(), IsAdmin: false),
            Change = isSettled ? 1 : 0,
        };

        // One that only a stanza claims is told once: it may stand on every message.
        var key = StoreKey.Of(kind == EventKind.Identity ? "identity" : "conflict", $"{pair.Phone}|{pair.Lid}|{(isSettled ? now.ToUnixTimeMilliseconds() : knownLid)}");
        HasNews |= store.Inbound.Add(key, kind.ToString(), stored.Write(), null, now, offline: false) is not null;
    }
}
