namespace WhatsApp.Store;

/// <summary>Signal sessions by device. Rows of one person can be listed and moved because person and device are columns of their own.</summary>
internal sealed class SessionTable(StoreConnection store)
{
    private const string Purpose = "sessions.record";

    public byte[]? Load(Jid device) =>
        store.ReadOne("SELECT record FROM sessions WHERE person=$1 AND device=$2", row => store.Open(row.Span(0), Purpose), PersonOf(device), device.Device);

    public void Save(Jid device, byte[] record) =>
        store.Execute("INSERT OR REPLACE INTO sessions (person, device, record) VALUES ($1, $2, $3)", PersonOf(device), device.Device, store.Seal(record, Purpose));

    public void Delete(Jid device) => store.Execute("DELETE FROM sessions WHERE person=$1 AND device=$2", PersonOf(device), device.Device);

    /// <summary>Every device of this person; for a changed identity.</summary>
    public void DeletePerson(Jid person) => store.Execute("DELETE FROM sessions WHERE person=$1", PersonOf(person));

    public IReadOnlyList<ushort> DevicesOf(Jid person) =>
        store.Read("SELECT device FROM sessions WHERE person=$1 ORDER BY device", row => (ushort)row.GetInt64(0), PersonOf(person));

    /// <summary>The person column: the address without the device. Hosted devices keep their own server.</summary>
    internal static string PersonOf(Jid device) => new Jid(device.User, device.Server).ToString();
}
