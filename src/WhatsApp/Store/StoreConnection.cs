using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WhatsApp.Store;

/// <summary>
/// The one SQLite connection, with its prepared statements and the seal of secret columns. Used by the writer thread only.
/// Statements go to SQLite directly: ADO.NET's share of a short one is larger than SQLite's.
/// </summary>
internal sealed class StoreConnection(SqliteConnection connection, ISecretProtector protector) : IDisposable
{
    private readonly ColumnSeal _seal = ColumnSeal.Open(connection, protector);
    private readonly Dictionary<string, StoreStatement> _prepared = new(StringComparer.Ordinal);
    private readonly sqlite3 _handle = connection.Handle ?? throw new ObjectDisposedException(nameof(SqliteConnection));

    /// <summary>False once SQLite itself has rolled the transaction back (disk full, I/O error).</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Rows changed since the connection was opened.</summary>
    public int Changes => raw.sqlite3_total_changes(_handle);

    /// <summary>Moves on with every statement that writes to the device's row, and with every rollback: what was read of it before is in doubt.</summary>
    public int DeviceVersion { get; private set; }

    /// <summary>Runs one statement with <c>$1</c>, <c>$2</c>, ... bound to the values. Returns the number of rows changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        try
        {
            while (Step(statement))
            {
                // rows nobody asked for
            }

            return raw.sqlite3_changes(_handle);
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>The first row, or the default when there is none.</summary>
    public T? ReadOne<T>(string sql, Func<StoreRow, T> map, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        try
        {
            if (!Step(statement))
            {
                return default;
            }

            var row = map(statement.Row);
            while (Step(statement))
            {
                // a statement that writes is done only after its last row
            }

            return row;
        }
        finally
        {
            statement.Reset();
        }
    }

    public List<T> Read<T>(string sql, Func<StoreRow, T> map, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        try
        {
            var rows = new List<T>();
            while (Step(statement))
            {
                rows.Add(map(statement.Row));
            }

            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Encrypts a secret column. The purpose is table and column.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, string purpose) => _seal.Seal(plain, purpose);

    /// <summary>Decrypts a secret column.</summary>
    public byte[] Open(ReadOnlySpan<byte> cipher, string purpose) => _seal.Open(cipher, purpose);

    public void Dispose()
    {
        foreach (var statement in _prepared.Values)
        {
            statement.Dispose();
        }

        _seal.Dispose();
        connection.Dispose();
    }

    private StoreStatement Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared));
            var writesDevice = raw.sqlite3_stmt_readonly(prepared) == 0 && sql.Contains(" device ", StringComparison.Ordinal);
            statement = new StoreStatement(prepared, writesDevice || sql.StartsWith("ROLLBACK", StringComparison.Ordinal));
            _prepared.Add(sql, statement);
        }

        DeviceVersion += statement.ChangesDevice ? 1 : 0;
        for (var i = 0; i < values.Length; i++)
        {
            Check(statement.Bind(i, values[i]));
        }

        return statement;
    }

    private bool Step(StoreStatement statement)
    {
        var result = statement.Step();
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Check(result);
        }

        return result == raw.SQLITE_ROW;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _handle);
}
