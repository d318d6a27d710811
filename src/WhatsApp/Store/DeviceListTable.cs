using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>A cached answer of the service.</summary>
internal sealed record CachedRow(byte[] Payload, DateTimeOffset At, bool Stale);

/// <summary>The devices of each person as the service last listed them; the payload's form belongs to the reader of device lists.</summary>
internal sealed class DeviceListTable(StoreConnection store)
{
    public CachedRow? Load(PeerId person) => store.ReadOne(
        "SELECT payload, fetched_at, stale FROM device_lists WHERE person=$1",
        row => new CachedRow(row.Blob(0), row.Instant(1), row.GetInt64(2) != 0),
        person);

    public void Save(PeerId person, byte[] payload, DateTimeOffset fetchedAt) =>
        store.Execute("INSERT OR REPLACE INTO device_lists (person, payload, fetched_at, stale) VALUES ($1, $2, $3, 0)", person, payload, fetchedAt);

    public void MarkStale(PeerId person) => store.Execute("UPDATE device_lists SET stale=1 WHERE person=$1", person);

    public void Delete(PeerId person) => store.Execute("DELETE FROM device_lists WHERE person=$1", person);
}
