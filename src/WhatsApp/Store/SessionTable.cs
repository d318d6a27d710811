using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>Signal sessions by device. Rows of one person can be listed and moved because person and device are columns of their own.</summary>
internal sealed class SessionTable(StoreConnection store)
{
    private const string Purpose = "sessions.record";

    public byte[]? Load(DeviceId device) =>
        store.ReadOne("SELECT record FROM sessions WHERE person=$1 AND device=$2", row => store.Open(row.Span(0), Purpose), device.PersonKey, device.Number);

    public void Save(DeviceId device, byte[] record) =>
        store.Execute("INSERT OR REPLACE INTO sessions (person, device, record) VALUES ($1, $2, $3)", device.PersonKey, device.Number, store.Seal(record, Purpose));

    public void Delete(DeviceId device) => store.Execute("DELETE FROM sessions WHERE person=$1 AND device=$2", device.PersonKey, device.Number);

    /// <summary>Every device of this person; for a changed identity.</summary>
    public void DeletePerson(PeerId person) =>
        store.Execute("DELETE FROM sessions WHERE person IN ($1, $2)", person, new DeviceId(person, 0, IsHosted: true).PersonKey);

    public IReadOnlyList<ushort> DevicesOf(PeerId person) =>
        store.Read("SELECT device FROM sessions WHERE person=$1 ORDER BY device", row => (ushort)row.GetInt64(0), person);
}
