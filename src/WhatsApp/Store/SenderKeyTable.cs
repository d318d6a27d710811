using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>Sender keys by group and sending device.</summary>
internal sealed class SenderKeyTable(StoreConnection store)
{
    private const string Purpose = "sender_keys.record";

    public byte[]? Load(Jid group, DeviceId sender) => store.ReadOne(
        "SELECT record FROM sender_keys WHERE group_jid=$1 AND person=$2 AND device=$3",
        row => store.Open(row.Span(0), Purpose),
        group,
        sender.PersonKey,
        sender.Number);

    public void Save(Jid group, DeviceId sender, byte[] record) => store.Execute(
        "INSERT OR REPLACE INTO sender_keys (group_jid, person, device, record) VALUES ($1, $2, $3, $4)",
        group,
        sender.PersonKey,
        sender.Number,
        store.Seal(record, Purpose));

    public void Delete(Jid group, DeviceId sender) => store.Execute(
        "DELETE FROM sender_keys WHERE group_jid=$1 AND person=$2 AND device=$3", group, sender.PersonKey, sender.Number);
}
