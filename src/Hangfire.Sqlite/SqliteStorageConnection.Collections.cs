using Hangfire.Sqlite.Database;

namespace Hangfire.Sqlite;

/// <summary>Sets, hashes, lists and counters. The names of kinds are those of <c>collection_expiry</c>.</summary>
internal sealed partial class SqliteStorageConnection
{
    public override HashSet<string> GetAllItemsFromSet(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return storage.Readers.Read(session => session.All("SELECT value FROM set_item WHERE key = ?1 ORDER BY score, value", row => row.Text(0), key))
            .ToHashSet(StringComparer.Ordinal);
    }

    public override string? GetFirstByLowestScoreFromSet(string key, double fromScore, double toScore) =>
        GetFirstByLowestScoreFromSet(key, fromScore, toScore, 1).FirstOrDefault();

    public override List<string> GetFirstByLowestScoreFromSet(string key, double fromScore, double toScore, int count)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (toScore < fromScore)
        {
            throw new ArgumentException("The range of scores is upside down.", nameof(toScore));
        }

        if (count < 1)
        {
            throw new ArgumentException("At least one value must be asked for.", nameof(count));
        }

        return storage.Readers.Read(session => session.All(
            "SELECT value FROM set_item WHERE key = ?1 AND score BETWEEN ?2 AND ?3 ORDER BY score, value LIMIT ?4",
            row => row.Text(0),
            key,
            fromScore,
            toScore,
            (long)count));
    }

    public override long GetSetCount(string key) => Count("SELECT count(*) FROM set_item WHERE key = ?1", key);

    /// <summary>Counts no further than the limit.</summary>
    public override long GetSetCount(IEnumerable<string> keys, int limit)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return storage.Readers.ReadSnapshot(session =>
        {
            var total = 0L;
            foreach (var key in keys)
            {
                if (total >= limit)
                {
                    break;
                }

                total += session.Count("SELECT count(*) FROM (SELECT 1 FROM set_item WHERE key = ?1 LIMIT ?2)", key, limit - total);
            }

            return total;
        });
    }

    public override bool GetSetContains(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return storage.Readers.Read(session => session.Count("SELECT count(*) FROM set_item WHERE key = ?1 AND value = ?2", key, value)) > 0;
    }

    public override List<string> GetRangeFromSet(string key, int startingFrom, int endingAt) =>
        Range("SELECT value FROM set_item WHERE key = ?1 ORDER BY score, value LIMIT ?2 OFFSET ?3", key, startingFrom, endingAt);

    public override TimeSpan GetSetTtl(string key) => Ttl("set", key);

    public override void SetRangeInHash(string key, IEnumerable<KeyValuePair<string, string>> keyValuePairs)
    {
        using var transaction = new SqliteStorageTransaction(storage, this);
        transaction.SetRangeInHash(key, keyValuePairs);
        transaction.Commit();
    }

    public override Dictionary<string, string>? GetAllEntriesFromHash(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var entries = storage.Readers.Read(session => session.All(
            "SELECT field, value FROM hash_item WHERE key = ?1", row => KeyValuePair.Create(row.Text(0), row.TextOrNull(1)!), key));
        return entries.Count > 0 ? new Dictionary<string, string>(entries, StringComparer.Ordinal) : null;
    }

    public override string? GetValueFromHash(string key, string name)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(name);
        return storage.Readers.Read(session => session.One("SELECT value FROM hash_item WHERE key = ?1 AND field = ?2", row => row.TextOrNull(0), key, name));
    }

    public override long GetHashCount(string key) => Count("SELECT count(*) FROM hash_item WHERE key = ?1", key);

    public override TimeSpan GetHashTtl(string key) => Ttl("hash", key);

    public override long GetListCount(string key) => Count("SELECT count(*) FROM list_item WHERE key = ?1", key);

    public override List<string> GetAllItemsFromList(string key) => GetRangeFromList(key, 0, int.MaxValue);

    public override List<string> GetRangeFromList(string key, int startingFrom, int endingAt) =>
        Range("SELECT value FROM list_item WHERE key = ?1 ORDER BY number DESC LIMIT ?2 OFFSET ?3", key, startingFrom, endingAt);

    public override TimeSpan GetListTtl(string key) => Ttl("list", key);

    public override long GetCounter(string key) => Count("SELECT value FROM counter WHERE key = ?1", key);
}
