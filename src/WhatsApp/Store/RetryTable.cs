namespace WhatsApp.Store;

/// <summary>Counters of retries, ours and theirs, by a key of the counting feature.</summary>
internal sealed class RetryTable(StoreConnection store)
{
    public int Count(StoreKey key) => store.ReadOne("SELECT count FROM retries WHERE key=$1", row => row.GetInt32(0), key.Text);

    /// <summary>One more; returns the new count.</summary>
    public int Increment(StoreKey key, DateTimeOffset now) => store.ReadOne(
        "INSERT INTO retries (key, count, at, person) VALUES ($1, 1, $2, $3) ON CONFLICT (key) DO UPDATE SET count=count+1, at=$2 RETURNING count",
        row => row.GetInt32(0),
        key.Text,
        now,
        key.Person);

    public DateTimeOffset? LastAt(StoreKey key) => store.ReadOne<DateTimeOffset?>("SELECT at FROM retries WHERE key=$1", row => row.Instant(0), key.Text);

    public void Delete(StoreKey key) => store.Execute("DELETE FROM retries WHERE key=$1", key.Text);

    /// <summary>Forgets old counters, and the oldest beyond a number.</summary>
    public int Prune(DateTimeOffset before, int keep) => store.Execute(
        "DELETE FROM retries WHERE at < $1 OR key IN (SELECT key FROM retries ORDER BY at DESC LIMIT -1 OFFSET $2)", before, keep);
}
