namespace WhatsApp.Store;

/// <summary>
/// Moves everything kept of a person from the number to the LID, inside the commit that learned the pair. What is already there
/// under the LID is newer and stays; the rest is copied; only then the number's rows go. A table with a <c>person</c> column
/// belongs in here (a test looks).
/// </summary>
internal static class PeerMove
{
    /// <summary>Tables and how their rows get over; $1 is the number, $2 the LID.</summary>
    public static readonly IReadOnlyDictionary<string, string> Copies = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["sessions"] = "INSERT OR IGNORE INTO sessions (person, device, record) SELECT $2, device, record FROM sessions WHERE person=$1",
        ["identities"] = "INSERT OR IGNORE INTO identities (person, device, public_key) SELECT $2, device, public_key FROM identities WHERE person=$1",
        ["sender_keys"] = "INSERT OR IGNORE INTO sender_keys (group_jid, person, device, record) SELECT group_jid, $2, device, record FROM sender_keys WHERE person=$1",
        ["sender_key_shares"] = "INSERT OR IGNORE INTO sender_key_shares (group_jid, key_id, person, device) SELECT group_jid, key_id, $2, device FROM sender_key_shares WHERE person=$1",
        ["repairs"] = "INSERT OR IGNORE INTO repairs (person, device, at, cause) SELECT $2, device, at, cause FROM repairs WHERE person=$1",
        ["device_lists"] = "INSERT OR IGNORE INTO device_lists (person, payload, fetched_at, stale) SELECT $2, payload, fetched_at, stale FROM device_lists WHERE person=$1",
        ["chats"] =
            """
            INSERT INTO chats (person, first_at, last_at) SELECT $2, first_at, last_at FROM chats WHERE person=$1
            ON CONFLICT (person) DO UPDATE SET first_at=min(first_at, excluded.first_at), last_at=max(last_at, excluded.last_at)
            """,
        ["token_issues"] =
            """
            INSERT INTO token_issues (person, issued_at) SELECT $2, issued_at FROM token_issues WHERE person=$1
            ON CONFLICT (person) DO UPDATE SET issued_at=max(issued_at, excluded.issued_at)
            """,
        ["privacy_tokens"] =
            """
            INSERT INTO privacy_tokens (person, token, issued_at) SELECT $2, token, issued_at FROM privacy_tokens WHERE person=$1
            ON CONFLICT (person) DO UPDATE SET token=excluded.token, issued_at=excluded.issued_at WHERE issued_at < excluded.issued_at
            """,
    };

    /// <summary>Rows whose key is a text that names people between bars; twice, because neighbours share a bar.</summary>
    public static readonly IReadOnlyDictionary<string, string> Renames = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["inbound"] = "UPDATE OR IGNORE inbound SET dedupe=replace(replace(dedupe, '|'||$1||'|', '|'||$2||'|'), '|'||$1||'|', '|'||$2||'|'), person=$2 WHERE person=$1",
        ["placeholders"] = "UPDATE OR REPLACE placeholders SET key=replace(replace(key, '|'||$1||'|', '|'||$2||'|'), '|'||$1||'|', '|'||$2||'|'), person=$2 WHERE person=$1",
        ["retries"] = "UPDATE OR REPLACE retries SET key=replace(replace(key, '|'||$1||'|', '|'||$2||'|'), '|'||$1||'|', '|'||$2||'|'), person=$2 WHERE person=$1",
    };

    public static void Run(StoreConnection store, Jid phone, Jid lid)
    {
        foreach (var (table, copy) in Copies)
        {
            store.Execute(copy, phone, lid);
            store.Execute($"DELETE FROM {table} WHERE person=$1", phone);
        }

        foreach (var rename in Renames.Values)
        {
            store.Execute(rename, phone, lid);
        }

        store.Execute("UPDATE outbound SET chat=$2 WHERE chat=$1", phone, lid);
        store.Execute("UPDATE OR IGNORE restrictions SET scope=$2 WHERE scope=$1", phone, lid);
        store.Execute("DELETE FROM restrictions WHERE scope=$1", phone);
    }
}
