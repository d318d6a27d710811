using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>The identity key last seen of each device. Public keys: nothing to seal.</summary>
internal sealed class IdentityTable(StoreConnection store)
{
    public byte[]? Load(DeviceId device) =>
        store.ReadOne("SELECT public_key FROM identities WHERE person=$1 AND device=$2", row => row.Blob(0), device.PersonKey, device.Number);

    public void Save(DeviceId device, byte[] publicKey) =>
        store.Execute("INSERT OR REPLACE INTO identities (person, device, public_key) VALUES ($1, $2, $3)", device.PersonKey, device.Number, publicKey);

    public void Delete(DeviceId device) =>
        store.Execute("DELETE FROM identities WHERE person=$1 AND device=$2", device.PersonKey, device.Number);

    public void DeletePerson(PeerId person) =>
        store.Execute("DELETE FROM identities WHERE person IN ($1, $2)", person, new DeviceId(person, 0, IsHosted: true).PersonKey);
}
