namespace WhatsApp.Store;

/// <summary>What an observed pair of phone number and LID meant.</summary>
internal enum LidLearned
{
    /// <summary>Nothing new.</summary>
    Known,

    /// <summary>A pair not known before; sessions have moved to the LID.</summary>
    New,

    /// <summary>The number has a new LID: it may have a new owner.</summary>
    Changed,

    /// <summary>A mere observation that contradicts a certain pair: nothing was changed.</summary>
    Conflict,
}

/// <summary>Phone number and LID of the same person, one to one.</summary>
internal sealed class LidTable(StoreConnection store)
{
    public Jid? LidOf(Jid phone) => store.ReadOne<Jid?>("SELECT lid FROM lids WHERE phone=$1", row => row.Address(0), phone.Bare);

    public Jid? PhoneOf(Jid lid) => store.ReadOne<Jid?>("SELECT phone FROM lids WHERE lid=$1", row => row.Address(0), lid.Bare);

    /// <summary>The one form used for keys and locks: the LID with the same device when it is known, else the address itself.</summary>
    public Jid Canonical(Jid device)
    {
        if (!device.IsPhone || LidOf(device) is not { } lid)
        {
            return device;
        }

        return lid with { Device = device.Device, Server = device.Server == JidServers.Hosted ? JidServers.HostedLid : JidServers.Lid };
    }

    /// <summary>Notes a pair and, when it is new, moves everything kept under the number to the LID in the same commit.</summary>
    /// <param name="phone">By phone number; the device does not matter.</param>
    /// <param name="lid">By LID; the device does not matter.</param>
    /// <param name="authoritative">The service stated the pair (login, usync, metadata), it was not merely seen on a stanza.</param>
    /// <param name="now">The time.</param>
    public LidLearned Learn(Jid phone, Jid lid, bool authoritative, DateTimeOffset now)
    {
        phone = phone.Bare;
        lid = lid.Bare;
        if (!phone.IsPhone || !lid.IsLid)
        {
            return LidLearned.Known;
        }

        var known = store.ReadOne<(Jid Lid, bool Authoritative)?>(
            "SELECT lid, authoritative FROM lids WHERE phone=$1", row => (row.Address(0), row.GetInt64(1) != 0), phone);
        if (known is { } pair && pair.Lid == lid)
        {
            if (authoritative && !pair.Authoritative)
            {
                store.Execute("UPDATE lids SET authoritative=1 WHERE phone=$1", phone);
            }

            return LidLearned.Known;
        }

        var holder = store.ReadOne<(Jid Phone, bool Authoritative)?>(
            "SELECT phone, authoritative FROM lids WHERE lid=$1", row => (row.Address(0), row.GetInt64(1) != 0), lid);
        if (!authoritative && (known is { Authoritative: true } || holder is { Authoritative: true }))
        {
            return LidLearned.Conflict;
        }

        store.Execute("DELETE FROM lids WHERE lid=$1", lid); // the person now has this number
        store.Execute("INSERT OR REPLACE INTO lids (phone, lid, authoritative, learned_at) VALUES ($1, $2, $3, $4)", phone, lid, authoritative, now);
        Move(phone, lid);
        Move(phone with { Server = JidServers.Hosted }, lid with { Server = JidServers.HostedLid });
        return known is null ? LidLearned.New : LidLearned.Changed;
    }

    /// <summary>What is already there under the LID is newer and stays; the rest is copied; only then the number's rows go.</summary>
    private void Move(Jid phone, Jid lid)
    {
        store.Execute("INSERT OR IGNORE INTO sessions (person, device, record) SELECT $2, device, record FROM sessions WHERE person=$1", phone, lid);
        store.Execute("DELETE FROM sessions WHERE person=$1", phone);
        store.Execute("INSERT OR IGNORE INTO identities (person, device, public_key) SELECT $2, device, public_key FROM identities WHERE person=$1", phone, lid);
        store.Execute("DELETE FROM identities WHERE person=$1", phone);
        store.Execute("INSERT OR IGNORE INTO sender_keys (group_jid, person, device, record) SELECT group_jid, $2, device, record FROM sender_keys WHERE person=$1", phone, lid);
        store.Execute("DELETE FROM sender_keys WHERE person=$1", phone);
        store.Execute("INSERT OR IGNORE INTO sender_key_shares (group_jid, key_id, person, device) SELECT group_jid, key_id, $2, device FROM sender_key_shares WHERE person=$1", phone, lid);
        store.Execute("DELETE FROM sender_key_shares WHERE person=$1", phone);
        store.Execute("INSERT OR IGNORE INTO chats (person, first_at, last_at) SELECT $2, first_at, last_at FROM chats WHERE person=$1", phone, lid);
        store.Execute("DELETE FROM chats WHERE person=$1", phone);
        store.Execute("INSERT OR IGNORE INTO privacy_tokens (person, token, issued_at) SELECT $2, token, issued_at FROM privacy_tokens WHERE person=$1", phone, lid);
        store.Execute("DELETE FROM privacy_tokens WHERE person=$1", phone);
        store.Execute("INSERT OR IGNORE INTO token_issues (person, issued_at) SELECT $2, issued_at FROM token_issues WHERE person=$1", phone, lid);
        store.Execute("DELETE FROM token_issues WHERE person=$1", phone);
        store.Execute("INSERT OR IGNORE INTO restrictions (scope, obstacle, since, until, level) SELECT $2, obstacle, since, until, level FROM restrictions WHERE scope=$1", phone, lid);
        store.Execute("DELETE FROM restrictions WHERE scope=$1", phone);
        store.Execute("DELETE FROM device_lists WHERE person=$1", phone); // asked for again under the LID
    }
}
