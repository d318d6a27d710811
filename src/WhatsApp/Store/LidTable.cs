using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>What a pair of phone number and LID meant.</summary>
internal enum LidLearned
{
    /// <summary>Nothing new.</summary>
    Known,

    /// <summary>A pair not known before; what was kept under the number has moved to the LID.</summary>
    New,

    /// <summary>The number had another LID, or the LID another number: it may have a new owner.</summary>
    Changed,
}

/// <summary>What a pair means that was merely seen on a stanza.</summary>
internal enum LidSighted
{
    /// <summary>The known pair.</summary>
    Known,

    /// <summary>Not known: to be confirmed before anything is kept by it.</summary>
    Unconfirmed,

    /// <summary>Contradicts a known pair.</summary>
    Conflict,
}

/// <summary>Phone number and LID of the same person, one to one. Source: facts 14.</summary>
internal sealed class LidTable(StoreConnection store) : ILidBook
{
    public Jid? LidOf(Jid phone) => store.ReadOne<Jid?>("SELECT lid FROM lids WHERE phone=$1", row => row.Address(0), phone.Bare);

    public Jid? PhoneOf(Jid lid) => store.ReadOne<Jid?>("SELECT phone FROM lids WHERE lid=$1", row => row.Address(0), lid.Bare);

    public PeerId PeerOf(Jid person) => PeerId.Of(person, this);

    public DeviceId DeviceOf(Jid device) => DeviceId.Of(device, this);

    /// <summary>By number: the person's own name, or the number known to the LID.</summary>
    public Jid? PhoneOf(PeerId person) => person.IsLid ? PhoneOf(person.Name) : person.Name;

    /// <summary>
    /// Notes a pair the service itself has stated (login, pairing, usync, metadata, the own phone's lists). When it is new,
    /// everything kept under the number moves to the LID in the same commit.
    /// </summary>
    public LidLearned Learn(Jid phone, Jid lid, DateTimeOffset now)
    {
        phone = phone.Bare;
        lid = lid.Bare;
        if (!phone.IsPhone || !lid.IsLid)
        {
            return LidLearned.Known;
        }

        store.Execute("DELETE FROM lid_sightings WHERE phone=$1 OR lid=$2", phone, lid);
        var known = LidOf(phone);
        if (known == lid)
        {
            store.Execute("UPDATE lids SET authoritative=1 WHERE phone=$1 AND authoritative=0", phone);
            return LidLearned.Known;
        }

        var hadOther = known is not null || PhoneOf(lid) is not null;
        store.Execute("DELETE FROM lids WHERE lid=$1", lid); // the person now has this number
        store.Execute("INSERT OR REPLACE INTO lids (phone, lid, authoritative, learned_at) VALUES ($1, $2, 1, $3)", phone, lid, now);
        PeerMove.Run(store, phone, lid);
        PeerMove.Run(store, phone with { Server = JidServers.Hosted }, lid with { Server = JidServers.HostedLid });
        return hadOther ? LidLearned.Changed : LidLearned.New;
    }

    /// <summary>Notes a pair that stood on a stanza. It teaches nothing: it is kept for the host's eyes until the service confirms it.</summary>
    public LidSighted Sight(Jid phone, Jid lid, DateTimeOffset now)
    {
        phone = phone.Bare;
        lid = lid.Bare;
        var known = LidOf(phone);
        if (known == lid)
        {
            return LidSighted.Known;
        }

        if (known is not null || PhoneOf(lid) is not null)
        {
            return LidSighted.Conflict;
        }

        store.Execute("DELETE FROM lid_sightings WHERE lid=$1 AND phone<>$2", lid, phone);
        store.Execute(
            """
            INSERT INTO lid_sightings (phone, lid, seen_at) VALUES ($1, $2, $3)
            ON CONFLICT (phone) DO UPDATE SET lid=$2, seen_at=$3 WHERE lid<>$2
            """,
            phone,
            lid,
            now);
        return LidSighted.Unconfirmed;
    }

    /// <summary>The number seen beside a LID on a stanza, not confirmed: never a key.</summary>
    public Jid? SightedPhoneOf(Jid lid) => store.ReadOne<Jid?>("SELECT phone FROM lid_sightings WHERE lid=$1", row => row.Address(0), lid.Bare);

    /// <summary>The LID seen beside a number on a stanza, not confirmed: never a key.</summary>
    public Jid? SightedLidOf(Jid phone) => store.ReadOne<Jid?>("SELECT lid FROM lid_sightings WHERE phone=$1", row => row.Address(0), phone.Bare);

    /// <summary>Forgets what was never confirmed.</summary>
    public int PruneSightings(DateTimeOffset before, int keep) => store.Execute(
        "DELETE FROM lid_sightings WHERE seen_at < $1 OR phone IN (SELECT phone FROM lid_sightings ORDER BY seen_at DESC LIMIT -1 OFFSET $2)", before, keep);
}
