namespace WhatsApp.Store;

/// <summary>A message that could not be read, as it came: without its ciphertexts.</summary>
internal sealed record PlaceholderRow(string Key, byte[] Stanza);

/// <summary>Messages whose content the account's own phone may still have. Stanza in the receiver's form.</summary>
internal sealed class PlaceholderTable(StoreConnection store)
{
    private const string Purpose = "placeholders.stanza";

    public void Add(StoreKey key, byte[] stanza, DateTimeOffset at) => store.Execute(
        "INSERT OR IGNORE INTO placeholders (key, person, stanza, at) VALUES ($1, $2, $3, $4)", key.Text, key.Person, store.Seal(stanza, Purpose), at);

    /// <summary>Those the phone has not been asked for, oldest first.</summary>
    public IReadOnlyList<PlaceholderRow> Unasked(int limit) => store.Read(
        "SELECT key, stanza FROM placeholders WHERE request IS NULL ORDER BY at, key LIMIT $1", row => new PlaceholderRow(row.GetString(0), store.Open(row.Span(1), Purpose)), limit);

    public void MarkAsked(string key, string request) => store.Execute("UPDATE placeholders SET request=$2 WHERE key=$1", key, request);

    /// <summary>The stanza of a message the phone was asked for; null when it was not.</summary>
    public byte[]? Asked(StoreKey key) => store.ReadOne(
        "SELECT stanza FROM placeholders WHERE key=$1 AND request IS NOT NULL", row => store.Open(row.Span(0), Purpose), key.Text);

    public void Delete(StoreKey key) => store.Execute("DELETE FROM placeholders WHERE key=$1", key.Text);

    public int Prune(DateTimeOffset before, int keep) => store.Execute(
        "DELETE FROM placeholders WHERE at < $1 OR key IN (SELECT key FROM placeholders ORDER BY at DESC LIMIT -1 OFFSET $2)", before, keep);
}
