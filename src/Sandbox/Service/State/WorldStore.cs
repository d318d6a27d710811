using Microsoft.Data.Sqlite;

namespace Sandbox.Service.State;

/// <summary>
/// The world's memory: named values in one SQLite file. What is written within a turn becomes durable together, by <see cref="Commit"/>.
/// Used by the world's loop only.
/// </summary>
internal sealed class WorldStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _get, _put, _delete, _all;
    private bool _inTurn;

    public WorldStore(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var file = Path.Combine(folder, "world.db");
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        _connection.Open();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        // NORMAL in WAL mode loses nothing when the process is killed, which is all this world must survive.
        Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
        Run("CREATE TABLE IF NOT EXISTS entries (kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;");
        _get = Command("SELECT value FROM entries WHERE kind = $kind AND key = $key");
        _put = Command("INSERT INTO entries (kind, key, value) VALUES ($kind, $key, $value) ON CONFLICT (kind, key) DO UPDATE SET value = $value");
        _delete = Command("DELETE FROM entries WHERE kind = $kind AND key = $key");
        _all = Command("SELECT key, value FROM entries WHERE kind = $kind AND key >= $key AND key < $key || char(1114111) ORDER BY key");
    }

    public byte[]? Get(string kind, string key)
    {
        Set(_get, kind, key);
        return _get.ExecuteScalar() as byte[];
    }

    public void Put(string kind, string key, byte[] value)
    {
        BeginTurn();
        Set(_put, kind, key);
        _put.Parameters["$value"].Value = value;
        _put.ExecuteNonQuery();
    }

    public void Delete(string kind, string key)
    {
        BeginTurn();
        Set(_delete, kind, key);
        _delete.ExecuteNonQuery();
    }

    /// <summary>All values of a kind whose key begins so, in the order of their keys.</summary>
    public IReadOnlyList<(string Key, byte[] Value)> All(string kind, string prefix = "")
    {
        Set(_all, kind, prefix);
        using var reader = _all.ExecuteReader();
        var found = new List<(string, byte[])>();
        while (reader.Read())
        {
            found.Add((reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        }

        return found;
    }

    public void DeleteAll(string kind, string prefix)
    {
        foreach (var (key, _) in All(kind, prefix))
        {
            Delete(kind, key);
        }
    }

    public void Commit()
    {
        if (_inTurn)
        {
            _inTurn = false;
            Run("COMMIT");
        }
    }

    public void Dispose()
    {
        Commit();
        _get.Dispose();
        _put.Dispose();
        _delete.Dispose();
        _all.Dispose();
        _connection.Dispose();
    }

    private void BeginTurn()
    {
        if (!_inTurn)
        {
            Run("BEGIN IMMEDIATE");
            _inTurn = true;
        }
    }

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add("$kind", SqliteType.Text);
        command.Parameters.Add("$key", SqliteType.Text);
        if (sql.Contains("$value", StringComparison.Ordinal))
        {
            command.Parameters.Add("$value", SqliteType.Blob);
        }

        return command;
    }

    private static void Set(SqliteCommand command, string kind, string key)
    {
        command.Parameters["$kind"].Value = kind;
        command.Parameters["$key"].Value = key;
    }
}
