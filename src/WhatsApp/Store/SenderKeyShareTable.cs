using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>Which devices have our sender key of a group. A new key id starts with nobody.</summary>
internal sealed class SenderKeyShareTable(StoreConnection store)
{
    public IReadOnlyList<DeviceId> Holders(Jid group, uint keyId) => store.Read(
        "SELECT person, device FROM sender_key_shares WHERE group_jid=$1 AND key_id=$2",
        row => row.Device(0, 1),
        group,
        keyId);

    public void Add(Jid group, uint keyId, DeviceId device) => store.Execute(
        "INSERT OR IGNORE INTO sender_key_shares (group_jid, key_id, person, device) VALUES ($1, $2, $3, $4)",
        group,
        keyId,
        device.PersonKey,
        device.Number);

    /// <summary>The device asked for a retry: it does not have the key after all.</summary>
    public void Remove(Jid group, DeviceId device) => store.Execute(
        "DELETE FROM sender_key_shares WHERE group_jid=$1 AND person=$2 AND device=$3", group, device.PersonKey, device.Number);

    /// <summary>Every device of this person.</summary>
    public void RemovePerson(PeerId person) => store.Execute("DELETE FROM sender_key_shares WHERE person=$1", person);

    public IReadOnlyList<Jid> GroupsOf(DeviceId device) => store.Read(
        "SELECT DISTINCT group_jid FROM sender_key_shares WHERE person=$1 AND device=$2", row => row.Address(0), device.PersonKey, device.Number);

    public IReadOnlyList<Jid> GroupsOf(PeerId person) => store.Read(
        "SELECT DISTINCT group_jid FROM sender_key_shares WHERE person=$1", row => row.Address(0), person);

    public void Clear(Jid group) => store.Execute("DELETE FROM sender_key_shares WHERE group_jid=$1", group);
}
