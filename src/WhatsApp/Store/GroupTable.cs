namespace WhatsApp.Store;

/// <summary>Group metadata as last read; the payload's form belongs to the reader of groups.</summary>
internal sealed class GroupTable(StoreConnection store)
{
    private const string Purpose = "groups.payload";

    public CachedRow? Load(Jid group) => store.ReadOne(
        "SELECT payload, read_at, stale FROM groups WHERE jid=$1",
        row => new CachedRow(store.Open(row.Span(0), Purpose), row.Instant(1), row.GetInt64(2) != 0),
        group);

    public void Save(Jid group, byte[] payload, DateTimeOffset readAt) => store.Execute(
        "INSERT OR REPLACE INTO groups (jid, payload, read_at, stale) VALUES ($1, $2, $3, 0)", group, store.Seal(payload, Purpose), readAt);

    public IReadOnlyList<Jid> All => store.Read("SELECT jid FROM groups", row => row.Address(0));

    public void MarkStale(Jid group) => store.Execute("UPDATE groups SET stale=1 WHERE jid=$1", group);

    public void MarkAllStale() => store.Execute("UPDATE groups SET stale=1");

    public void Delete(Jid group) => store.Execute("DELETE FROM groups WHERE jid=$1", group);
}
