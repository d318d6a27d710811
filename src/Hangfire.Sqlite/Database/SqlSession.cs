using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hangfire.Sqlite.Database;

/// <summary>One connection with its prepared statements, kept for life. Used by one thread at a time.</summary>
internal sealed class SqlSession : IDisposable
{
    private readonly Dictionary<string, sqlite3_stmt> _prepared = new(StringComparer.Ordinal);
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _handle;

    public SqlSession(string path, bool readOnly)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString());
        try
        {
            _connection.Open();
            _handle = _connection.Handle!;
            Batch("PRAGMA busy_timeout=5000; PRAGMA temp_store=MEMORY;");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>False once SQLite itself has rolled the transaction back (disk full, I/O error).</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Runs statements that are not worth keeping prepared, and pragmas, which take effect when prepared.</summary>
    public void Batch(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>Runs one statement with <c>?1</c>, <c>?2</c>, ... bound to the values. Returns the number of rows changed.</summary>
    public int Run(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        try
        {
            Step(statement);
            return raw.sqlite3_changes(_handle);
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>The first row, or the default when there is none. The statement is run to its end.</summary>
    public T? One<T>(string sql, Func<SqlRow, T> map, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        try
        {
            if (!Step(statement))
            {
                return default;
            }

            var first = map(new SqlRow(statement));
            while (Step(statement))
            {
                // an UPDATE ... RETURNING takes effect only when run to its end
            }

            return first;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    public List<T> All<T>(string sql, Func<SqlRow, T> map, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        try
        {
            var rows = new List<T>();
            while (Step(statement))
            {
                rows.Add(map(new SqlRow(statement)));
            }

            return rows;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    public long Count(string sql, params ReadOnlySpan<SqlValue> values) => One(sql, row => row.Long(0), values);

    public void Dispose()
    {
        foreach (var statement in _prepared.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private sqlite3_stmt Bind(string sql, ReadOnlySpan<SqlValue> values)
    {
        if (!_prepared.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v2(_handle, sql, out statement));
            _prepared.Add(sql, statement);
        }

        for (var i = 0; i < values.Length; i++)
        {
            Check(values[i].Bind(statement, i + 1));
        }

        return statement;
    }

    private bool Step(sqlite3_stmt statement)
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            Check(code);
        }

        return false;
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _handle);
}
