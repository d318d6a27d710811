namespace WhatsApp.Store;

/// <summary>Pieces of history that are offered and not read yet.</summary>
internal sealed class HistoryTable(StoreConnection store)
{
    private const string Purpose = "history.notice";

    /// <summary>More than a phone ever offers at once.</summary>
    private const int Most = 200;

    public void Add(string id, byte[] notice, DateTimeOffset now)
    {
        if (store.ReadOne("SELECT count(*) FROM history", row => row.GetInt32(0)) < Most)
        {
            store.Execute("INSERT OR IGNORE INTO history (id, notice, at, attempts) VALUES ($1, $2, $3, 0)", id, store.Seal(notice, Purpose), now);
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<(string Id, byte[] Notice)> Waiting =>
        store.Read("SELECT id, notice FROM history ORDER BY at, id", row => (row.GetString(0), store.Open(row.Blob(1), Purpose)));

    /// <summary>One try more was for nothing; returns how many are left. Without any the piece goes.</summary>
    public int CountFailure(string id, int most)
    {
        var attempts = store.ReadOne("UPDATE history SET attempts=attempts+1 WHERE id=$1 RETURNING attempts", row => row.GetInt32(0), id);
        if (attempts >= most)
        {
            Delete(id);
        }

        return most - attempts;
    }

    public void Delete(string id) => store.Execute("DELETE FROM history WHERE id=$1", id);
}
