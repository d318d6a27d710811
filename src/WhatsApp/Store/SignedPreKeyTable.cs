using WhatsApp.Crypto;
using WhatsApp.Signal;

namespace WhatsApp.Store;

/// <summary>Signed prekeys. Old ones stay for messages that come late.</summary>
internal sealed class SignedPreKeyTable(StoreConnection store)
{
    public const uint FirstId = 1;
    private const string Purpose = "signed_prekeys.private_key";

    public SignedPreKey? Load(uint id) => store.ReadOne(
        "SELECT private_key, signature FROM signed_prekeys WHERE id=$1",
        row => new SignedPreKey(id, KeyPair.FromPrivate(store.Open(row.Span(0), Purpose)), row.Blob(1)),
        id);

    public DateTimeOffset? CreatedAt(uint id) => store.ReadOne<DateTimeOffset?>("SELECT created_at FROM signed_prekeys WHERE id=$1", row => row.Instant(0), id);

    /// <summary>The one after the current one: made before but not known to have reached the service, or a new one. Ids only grow.</summary>
    public SignedPreKey Next(uint current, KeyPair identity, IRandomSource random, DateTimeOffset now)
    {
        var newest = store.ReadOne("SELECT max(id) FROM signed_prekeys", row => row.UnsignedInt(0));
        if (newest <= current)
        {
            newest = current + 1;
            Create(newest, identity, random, now);
        }

        return Load(newest) ?? throw new InvalidOperationException("The next signed prekey is missing.");
    }

    /// <summary>Forgets keys made before, the current one aside.</summary>
    public int Prune(DateTimeOffset before, uint current) => store.Execute("DELETE FROM signed_prekeys WHERE created_at < $1 AND id < $2", before, current);

    /// <summary>The signature is over the type byte 5 and the public key.</summary>
    public void Create(uint id, KeyPair identity, IRandomSource random, DateTimeOffset now)
    {
        var key = KeyPair.Generate(random);
        byte[] signed = [5, .. key.Public];
        store.Execute(
            "INSERT INTO signed_prekeys (id, private_key, signature, created_at) VALUES ($1, $2, $3, $4)",
            id,
            store.Seal(key.Private, Purpose),
            XEdDsa.Sign(identity.Private, signed, random),
            now);
    }
}
