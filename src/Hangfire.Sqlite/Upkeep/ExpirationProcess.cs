using Hangfire.Server;
using Hangfire.Sqlite.Database;

namespace Hangfire.Sqlite.Upkeep;

/// <summary>Deletes what has expired, a small batch per commit so that jobs hardly wait. Failed jobs never expire.</summary>
internal sealed class ExpirationProcess(SqliteStorage storage) : IBackgroundProcess
{
    public void Execute(BackgroundProcessContext context)
    {
        while (DeleteBatch() > 0)
        {
            context.StoppingToken.ThrowIfCancellationRequested();
        }

        context.Wait(storage.Options.ExpirationInterval);
    }

    /// <summary>Deletes one batch; zero means nothing is left.</summary>
    public int DeleteBatch() => storage.Writer.Run(
        session =>
        {
            var now = storage.Clock.Milliseconds();
            var most = storage.Options.ExpirationBatchSize;
            return DeleteJobs(session, now, most) + DeleteCollections(session, now, most)
                + session.Run("DELETE FROM counter WHERE key IN (SELECT key FROM counter WHERE expire_at < ?1 LIMIT ?2)", now, (long)most);
        },
        durable: false);

    private static int DeleteJobs(SqlSession session, long now, int most)
    {
        var jobs = session.All("SELECT id FROM job WHERE expire_at < ?1 ORDER BY expire_at LIMIT ?2", row => row.Long(0), now, (long)most);
        foreach (var id in jobs)
        {
            session.Run("DELETE FROM job_state WHERE job_id = ?1", id);
            session.Run("DELETE FROM job_parameter WHERE job_id = ?1", id);
            session.Run("DELETE FROM job WHERE id = ?1", id);
        }

        return jobs.Count;
    }

    private static int DeleteCollections(SqlSession session, long now, int most)
    {
        var expired = session.All(
            "SELECT kind, key FROM collection_expiry WHERE expire_at < ?1 LIMIT ?2", row => (Kind: row.Text(0), Key: row.Text(1)), now, (long)most);
        foreach (var (kind, key) in expired)
        {
            session.Run(
                kind switch
                {
                    "set" => "DELETE FROM set_item WHERE key = ?1",
                    "list" => "DELETE FROM list_item WHERE key = ?1",
                    _ => "DELETE FROM hash_item WHERE key = ?1",
                },
                key);
            session.Run("DELETE FROM collection_expiry WHERE kind = ?1 AND key = ?2", kind, key);
        }

        return expired.Count;
    }
}
