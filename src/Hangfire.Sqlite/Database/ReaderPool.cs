using System.Collections.Concurrent;

namespace Hangfire.Sqlite.Database;

/// <summary>Read-only connections, as many as there were readers at once. A read that starts after a commit sees it.</summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    private readonly ConcurrentBag<SqlSession> _free = [];
    private volatile bool _closed;

    public T Read<T>(Func<SqlSession, T> query)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStorage));
        if (!_free.TryTake(out var session))
        {
            session = new SqlSession(path, readOnly: true);
        }

        try
        {
            return query(session);
        }
        finally
        {
            _free.Add(session);
            if (_closed)
            {
                DisposeFree();
            }
        }
    }

    /// <summary>Several statements that see one and the same moment.</summary>
    public T ReadSnapshot<T>(Func<SqlSession, T> query) => Read(session =>
    {
        session.Run("BEGIN");
        try
        {
            return query(session);
        }
        finally
        {
            session.Run("ROLLBACK");
        }
    });

    /// <summary>Readers still at work close their connection when they are done.</summary>
    public void Dispose()
    {
        _closed = true;
        DisposeFree();
    }

    private void DisposeFree()
    {
        while (_free.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
