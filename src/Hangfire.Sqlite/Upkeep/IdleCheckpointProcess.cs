using Hangfire.Server;

namespace Hangfire.Sqlite.Upkeep;

/// <summary>When nothing was committed for a while and the write-ahead log is long, copies it into the file and cuts it.</summary>
internal sealed class IdleCheckpointProcess(SqliteStorage storage) : IBackgroundProcess
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);
    private const long WorthCutting = 256 * 1024;

    private long _seen = -1;

    public void Execute(BackgroundProcessContext context)
    {
        CutIfIdle();
        context.Wait(Interval);
    }

    /// <summary>True when the log was cut. A reader in the middle of something (a backup) only postpones it.</summary>
    public bool CutIfIdle()
    {
        var commits = storage.Writer.Commits;
        var idle = commits == _seen;
        _seen = commits;
        return idle && storage.LogLength >= WorthCutting && storage.Writer.RunAlone(session =>
        {
            session.Batch("PRAGMA optimize; PRAGMA busy_timeout=0");
            try
            {
                return session.Count("PRAGMA wal_checkpoint(TRUNCATE)") == 0; // the first column is «busy»
            }
            finally
            {
                session.Batch("PRAGMA busy_timeout=5000");
            }
        });
    }
}
