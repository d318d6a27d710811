namespace Hangfire.Sqlite.Database;

/// <summary>The tables, step by step; <c>user_version</c> counts the steps a file has seen.</summary>
internal static class Schema
{
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE job (
            id INTEGER PRIMARY KEY,
            invocation TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expire_at INTEGER,
            state_name TEXT,
            state_at INTEGER,
            state_number INTEGER);
        CREATE INDEX job_by_state ON job (state_name, state_at, id) WHERE state_name IS NOT NULL;
        CREATE INDEX job_by_expiry ON job (expire_at) WHERE expire_at IS NOT NULL;
        CREATE TABLE job_state (
            job_id INTEGER NOT NULL,
            number INTEGER NOT NULL,
            name TEXT NOT NULL,
            reason TEXT,
            created_at INTEGER NOT NULL,
            data TEXT,
            PRIMARY KEY (job_id, number)) WITHOUT ROWID;
        CREATE TABLE job_parameter (job_id INTEGER NOT NULL, name TEXT NOT NULL, value TEXT, PRIMARY KEY (job_id, name)) WITHOUT ROWID;
        CREATE TABLE queue (
            id INTEGER PRIMARY KEY,
            queue TEXT NOT NULL,
            job_id INTEGER NOT NULL,
            owner INTEGER,
            token INTEGER,
            claimed_at INTEGER);
        CREATE INDEX queue_free ON queue (queue, id) WHERE owner IS NULL;
        CREATE INDEX queue_claimed ON queue (queue, id) WHERE owner IS NOT NULL;
        CREATE TABLE counter (key TEXT PRIMARY KEY, value INTEGER NOT NULL, expire_at INTEGER) WITHOUT ROWID;
        CREATE TABLE set_item (key TEXT NOT NULL, value TEXT NOT NULL, score REAL NOT NULL, PRIMARY KEY (key, value)) WITHOUT ROWID;
        CREATE INDEX set_by_score ON set_item (key, score, value);
        CREATE TABLE hash_item (key TEXT NOT NULL, field TEXT NOT NULL, value TEXT, PRIMARY KEY (key, field)) WITHOUT ROWID;
        CREATE TABLE list_item (key TEXT NOT NULL, number INTEGER NOT NULL, value TEXT, PRIMARY KEY (key, number)) WITHOUT ROWID;
        CREATE TABLE collection_expiry (kind TEXT NOT NULL, key TEXT NOT NULL, expire_at INTEGER NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
        CREATE TABLE server (
            id TEXT PRIMARY KEY,
            worker_count INTEGER NOT NULL,
            queues TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            heartbeat_at INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO meta VALUES ('epoch', 0), ('reserved_job_id', 0);
        """,
    ];

    /// <exception cref="SqliteStorageException">The file is damaged or newer than this program.</exception>
    public static void Prepare(SqlSession session)
    {
        session.Batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000;");
        if (session.One("PRAGMA quick_check(1)", row => row.Text(0)) is not "ok")
        {
            throw new SqliteStorageException("The job storage is damaged.");
        }

        var version = session.Count("PRAGMA user_version");
        if (version > Steps.Count)
        {
            throw new SqliteStorageException($"The job storage has schema {version}; this program knows {Steps.Count}. It was written by a newer version.");
        }

        for (var step = (int)version; step < Steps.Count; step++)
        {
            session.Batch($"BEGIN IMMEDIATE; {Steps[step]} PRAGMA user_version={step + 1}; COMMIT;");
        }
    }
}
