namespace WhatsApp.Store;

/// <summary>The identity key last seen of each device. Public keys: nothing to seal.</summary>
internal sealed class IdentityTable(StoreConnection store)
{
    public byte[]? Load(Jid device) =>
        store.ReadOne("SELECT public_key FROM identities WHERE person=$1 AND device=$2", row => row.Blob(0), SessionTable.PersonOf(device), device.Device);

    public void Save(Jid device, byte[] publicKey) =>
        store.Execute("INSERT OR REPLACE INTO identities (person, device, public_key) VALUES ($1, $2, $3)", SessionTable.PersonOf(device), device.Device, publicKey);

    public void DeletePerson(Jid person) => store.Execute("DELETE FROM identities WHERE person=$1", SessionTable.PersonOf(person));
}
