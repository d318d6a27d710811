using Hangfire.Common;
using Hangfire.Server;
using Hangfire.Sqlite.Database;
using Hangfire.Storage;

namespace Hangfire.Sqlite;

/// <summary>Servers of this process. All soft: a server announces itself again after a crash.</summary>
internal sealed partial class SqliteStorageConnection
{
    public override void AnnounceServer(string serverId, ServerContext context)
    {
        ArgumentNullException.ThrowIfNull(serverId);
        ArgumentNullException.ThrowIfNull(context);
        var queues = SerializationHelper.Serialize(context.Queues ?? []);
        var workers = context.WorkerCount;
        storage.Writer.Run(
            session => session.Run(
                """
                INSERT INTO server (id, worker_count, queues, started_at, heartbeat_at) VALUES (?1, ?2, ?3, ?4, ?4)
                ON CONFLICT (id) DO UPDATE SET
                    worker_count = excluded.worker_count, queues = excluded.queues,
                    started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at
                """,
                serverId,
                (long)workers,
                queues,
                storage.Clock.Milliseconds()),
            durable: false);
    }

    public override void RemoveServer(string serverId)
    {
        ArgumentNullException.ThrowIfNull(serverId);
        storage.Writer.Run(session => session.Run("DELETE FROM server WHERE id = ?1", serverId), durable: false);
    }

    public override void Heartbeat(string serverId)
    {
        ArgumentNullException.ThrowIfNull(serverId);
        var known = storage.Writer.Run(
            session => session.Run("UPDATE server SET heartbeat_at = ?1 WHERE id = ?2", storage.Clock.Milliseconds(), serverId),
            durable: false);
        if (known == 0)
        {
            throw new BackgroundServerGoneException();
        }
    }

    public override int RemoveTimedOutServers(TimeSpan timeOut)
    {
        if (timeOut < TimeSpan.Zero)
        {
            throw new ArgumentException("The timeout must not be negative.", nameof(timeOut));
        }

        var last = storage.Clock.Milliseconds() - (long)timeOut.TotalMilliseconds;
        return storage.Writer.Run(session => session.Run("DELETE FROM server WHERE heartbeat_at < ?1", last), durable: false);
    }
}
