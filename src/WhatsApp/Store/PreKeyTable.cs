using WhatsApp.Crypto;

namespace WhatsApp.Store;

/// <summary>A one-time prekey.</summary>
internal sealed record PreKey(uint Id, KeyPair Key);

/// <summary>One-time prekeys. An id is never used twice; a key stays until the session made with it is durable.</summary>
internal sealed class PreKeyTable(StoreConnection store)
{
    /// <summary>Ids have 24 bits on the wire.</summary>
    private const long LastId = 0xFF_FFFF;
    private const string Purpose = "prekeys.private_key";

    public KeyPair? Load(uint id) =>
        store.ReadOne("SELECT private_key FROM prekeys WHERE id=$1", row => KeyPair.FromPrivate(store.Open(row.Span(0), Purpose)), id);

    public void Remove(uint id) => store.Execute("DELETE FROM prekeys WHERE id=$1", id);

    /// <summary>Keys the service does not have yet: ones of an upload that got no answer first, then new ones.</summary>
    public IReadOnlyList<PreKey> TakeForUpload(int count, IRandomSource random)
    {
        var keys = store.Read(
            "SELECT id, private_key FROM prekeys WHERE given_out=0 ORDER BY id LIMIT $1",
            row => new PreKey(row.UnsignedInt(0), KeyPair.FromPrivate(store.Open(row.Span(1), Purpose))),
            count);
        while (keys.Count < count)
        {
            keys.Add(Create(givenOut: false, random));
        }

        return keys;
    }

    /// <summary>After the service has confirmed the upload.</summary>
    public void MarkUploaded(IEnumerable<uint> ids)
    {
        foreach (var id in ids)
        {
            store.Execute("UPDATE prekeys SET given_out=1 WHERE id=$1", id);
        }
    }

    /// <summary>A new key for one peer (a retry receipt): never uploaded, so nobody else can get it.</summary>
    public PreKey Reserve(IRandomSource random, DateTimeOffset now)
    {
        var key = Create(givenOut: true, random);
        store.Execute("UPDATE prekeys SET reserved_at=$2 WHERE id=$1", key.Id, now);
        return key;
    }

    /// <summary>Keys reserved for one peer that never used them.</summary>
    public int Reserved => store.ReadOne("SELECT count(*) FROM prekeys WHERE reserved_at IS NOT NULL", row => row.GetInt32(0));

    /// <summary>Forgets reserved keys of before: nobody answers a request that old. Uploaded keys stay until they are used.</summary>
    public int PruneReserved(DateTimeOffset before) => store.Execute("DELETE FROM prekeys WHERE reserved_at < $1", before);

    public bool Contains(uint id) => store.ReadOne("SELECT 1 FROM prekeys WHERE id=$1", _ => true, id);

    public int Count => store.ReadOne("SELECT count(*) FROM prekeys", row => row.GetInt32(0));

    private PreKey Create(bool givenOut, IRandomSource random)
    {
        var id = store.ReadOne("UPDATE device SET next_prekey_id=next_prekey_id+1 WHERE quarantined_at IS NULL RETURNING next_prekey_id-1", row => row.GetInt64(0));
        if (id is < 1 or > LastId)
        {
            throw new InvalidOperationException(id < 1 ? "There is no device in this store." : "All prekey ids of this device are used up.");
        }

        var key = KeyPair.Generate(random);
        store.Execute("INSERT INTO prekeys (id, private_key, given_out) VALUES ($1, $2, $3)", id, store.Seal(key.Private, Purpose), givenOut);
        return new PreKey((uint)id, key);
    }
}
