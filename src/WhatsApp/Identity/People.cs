using WhatsApp.Messages.Receiving;
using WhatsApp.Store;

namespace WhatsApp.Identity;

/// <summary>
/// Who is who, inside one commit. Every key, lock and session uses the canonical name: the LID when it is known.
/// Source: facts 14.
/// </summary>
internal sealed class People(SessionTransaction store, OwnAccount own, TimeProvider time)
{
    private readonly List<Jid> _contradicted = [];

    /// <summary>Numbers whose known LID a stanza contradicts: to be asked for.</summary>
    public IReadOnlyList<Jid> Contradicted => _contradicted;

    /// <summary>An event was stored.</summary>
    public bool HasNews { get; private set; }

    public Jid Canonical(Jid device) => store.Lids.Canonical(device with { Agent = 0 });

    /// <summary>Notes a pair; what is kept under the number moves to the LID, and the host hears of it, in this commit.</summary>
    public void Learn(IdentityPair pair, bool certain)
    {
        var now = time.GetUtcNow();
        switch (store.Lids.Learn(pair.Phone, pair.Lid, certain, now))
        {
            case LidLearned.Conflict:
                _contradicted.Add(pair.Phone);
                break;
            case LidLearned.New or LidLearned.Changed when !own.Owns(pair.Phone):
                var learned = new StoredEvent
                {
                    Kind = EventKind.Identity,
                    At = now.ToUnixTimeMilliseconds(),
                    Person = new StoredMember(pair.Lid.ToString(), pair.Phone.ToString(), pair.Lid.ToString(), IsAdmin: false),
                };
                HasNews |= store.Inbound.Add(
                    $"identity|{pair.Phone}|{pair.Lid}|{now.ToUnixTimeMilliseconds()}", nameof(EventKind.Identity), learned.Write(), null, now, offline: false) is not null;
                break;
        }
    }

    public void Learn(GroupMember member, bool certain)
    {
        if (member is { Phone: { } phone, Lid: { } lid })
        {
            Learn(new IdentityPair(phone, lid), certain);
        }
    }

    /// <summary>The member with the name that the stanza left out, if it is known.</summary>
    public GroupMember Complete(GroupMember member) => member with
    {
        Phone = member.Phone ?? (member.Lid is { } lid ? store.Lids.PhoneOf(lid) : null),
        Lid = member.Lid ?? (member.Phone is { } phone ? store.Lids.LidOf(phone) : null),
    };

    /// <summary>Both names of a person as far as they are known.</summary>
    public GroupMember Describe(Jid person) => Complete(Groups.GroupMetadata.Member(person, null, null, isAdmin: false));

    /// <summary>The same person under any of the names.</summary>
    public static bool AreSame(GroupMember one, GroupMember other) =>
        one.Jid == other.Jid ||
        (one.Phone is { } phone && phone == other.Phone) ||
        (one.Lid is { } lid && lid == other.Lid);
}
