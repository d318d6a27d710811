using Hangfire.Sqlite.Database;

namespace Hangfire.Sqlite;

/// <summary>Counters, sets, lists and hashes.</summary>
internal sealed partial class SqliteStorageTransaction
{
    public override void IncrementCounter(string key) => AddToCounter(key, 1, null);

    public override void IncrementCounter(string key, TimeSpan expireIn) => AddToCounter(key, 1, storage.Clock.After(expireIn));

    public override void DecrementCounter(string key) => AddToCounter(key, -1, null);

    public override void DecrementCounter(string key, TimeSpan expireIn) => AddToCounter(key, -1, storage.Clock.After(expireIn));

    public override void AddToSet(string key, string value) => AddToSet(key, value, 0);

    public override void AddToSet(string key, string value, double score)
    {
        ArgumentNullException.ThrowIfNull(value);
        Change(key, session => session.Run(
            "INSERT INTO set_item (key, value, score) VALUES (?1, ?2, ?3) ON CONFLICT (key, value) DO UPDATE SET score = excluded.score",
            key,
            value,
            score));
    }

    public override void AddRangeToSet(string key, IList<string> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        foreach (var item in items)
        {
            AddToSet(key, item, 0);
        }
    }

    public override void RemoveFromSet(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Change(key, session =>
        {
            session.Run("DELETE FROM set_item WHERE key = ?1 AND value = ?2", key, value);
            ForgetEmptySet(session, key);
        });
    }

    public override void RemoveSet(string key) => Change(key, session =>
    {
        session.Run("DELETE FROM set_item WHERE key = ?1", key);
        ForgetEmptySet(session, key);
    });

    public override void InsertToList(string key, string? value) => Change(key, session => session.Run(
        "INSERT INTO list_item (key, number, value) SELECT ?1, coalesce(max(number), 0) + 1, ?2 FROM list_item WHERE key = ?1", key, value));

    public override void RemoveFromList(string key, string? value) => Change(key, session =>
    {
        session.Run("DELETE FROM list_item WHERE key = ?1 AND value IS ?2", key, value);
        ForgetEmptyList(session, key);
    });

    public override void TrimList(string key, int keepStartingFrom, int keepEndingAt) => Change(key, session =>
    {
        session.Run(
            """
            DELETE FROM list_item WHERE key = ?1 AND number NOT IN (
                SELECT number FROM list_item WHERE key = ?1 ORDER BY number DESC LIMIT ?2 OFFSET ?3)
            """,
            key,
            Math.Max(0L, (long)keepEndingAt - keepStartingFrom + 1),
            (long)keepStartingFrom);
        ForgetEmptyList(session, key);
    });

    public override void SetRangeInHash(string key, IEnumerable<KeyValuePair<string, string>> keyValuePairs)
    {
        ArgumentNullException.ThrowIfNull(keyValuePairs);
        var pairs = keyValuePairs.ToList();
        Change(key, session =>
        {
            foreach (var (field, value) in pairs)
            {
                session.Run(
                    "INSERT INTO hash_item (key, field, value) VALUES (?1, ?2, ?3) ON CONFLICT (key, field) DO UPDATE SET value = excluded.value",
                    key,
                    field,
                    value);
            }
        });
    }

    public override void RemoveHash(string key) => Change(key, session =>
    {
        session.Run("DELETE FROM hash_item WHERE key = ?1", key);
        session.Run("DELETE FROM collection_expiry WHERE kind = 'hash' AND key = ?1", key);
    });

    public override void ExpireSet(string key, TimeSpan expireIn)
    {
        var at = storage.Clock.After(expireIn);
        Change(key, session => session.Run("INSERT OR REPLACE INTO collection_expiry SELECT 'set', ?1, ?2 WHERE EXISTS (SELECT 1 FROM set_item WHERE key = ?1)", key, at));
    }

    public override void ExpireList(string key, TimeSpan expireIn)
    {
        var at = storage.Clock.After(expireIn);
        Change(key, session => session.Run("INSERT OR REPLACE INTO collection_expiry SELECT 'list', ?1, ?2 WHERE EXISTS (SELECT 1 FROM list_item WHERE key = ?1)", key, at));
    }

    public override void ExpireHash(string key, TimeSpan expireIn)
    {
        var at = storage.Clock.After(expireIn);
        Change(key, session => session.Run("INSERT OR REPLACE INTO collection_expiry SELECT 'hash', ?1, ?2 WHERE EXISTS (SELECT 1 FROM hash_item WHERE key = ?1)", key, at));
    }

    public override void PersistSet(string key) => Persist("set", key);

    public override void PersistList(string key) => Persist("list", key);

    public override void PersistHash(string key) => Persist("hash", key);

    private static void ForgetEmptySet(SqlSession session, string key) =>
        session.Run("DELETE FROM collection_expiry WHERE kind = 'set' AND key = ?1 AND NOT EXISTS (SELECT 1 FROM set_item WHERE key = ?1)", key);

    private static void ForgetEmptyList(SqlSession session, string key) =>
        session.Run("DELETE FROM collection_expiry WHERE kind = 'list' AND key = ?1 AND NOT EXISTS (SELECT 1 FROM list_item WHERE key = ?1)", key);

    private void Persist(string kind, string key) =>
        Change(key, session => session.Run("DELETE FROM collection_expiry WHERE kind = ?1 AND key = ?2", kind, key));

    /// <summary>One row per counter: with one writer there is nothing to aggregate later.</summary>
    private void AddToCounter(string key, long change, long? expires) => Change(key, session => session.Run(
        """
        INSERT INTO counter (key, value, expire_at) VALUES (?1, ?2, ?3)
        ON CONFLICT (key) DO UPDATE SET value = value + excluded.value, expire_at = coalesce(excluded.expire_at, expire_at)
        """,
        key,
        change,
        expires));

    private void Change(string key, Action<SqlSession> change)
    {
        ArgumentNullException.ThrowIfNull(key);
        _changes.Add(change);
    }
}
