using Microsoft.Data.Sqlite;

namespace WhatsApp.Store;

/// <summary>The one SQLite connection, with its prepared statements and the seal of secret columns. Used by the writer thread only.</summary>
internal sealed class StoreConnection(SqliteConnection connection, ISecretProtector protector) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    /// <summary>False once SQLite itself has rolled the transaction back (disk full, I/O error).</summary>
    public bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>Rows changed since the connection was opened.</summary>
    public int Changes => SQLitePCL.raw.sqlite3_total_changes(connection.Handle);

    /// <summary>Runs one statement with <c>$1</c>, <c>$2</c>, ... bound to the values. Returns the number of rows changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first row, or the default when there is none.</summary>
    public T? ReadOne<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    public List<T> Read<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    /// <summary>Encrypts a secret column. The purpose is table and column.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, string purpose) => protector.Protect(plain, purpose);

    /// <summary>Decrypts a secret column.</summary>
    public byte[] Open(byte[] cipher, string purpose) => protector.Unprotect(cipher, purpose);

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text here is a constant of a table class; values are bound.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            }

            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                bool flag => flag ? 1L : 0L,
                DateTimeOffset instant => instant.ToUnixTimeMilliseconds(),
                Jid jid => jid.ToString(),
                uint number => (long)number,
                var value => value,
            };
        }

        return command;
    }
}

/// <summary>Columns as the tables hold them.</summary>
internal static class ColumnExtensions
{
    public static byte[] Blob(this SqliteDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static byte[]? BlobOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Blob(column);

    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static Jid Address(this SqliteDataReader row, int column) => Jid.Parse(row.GetString(column));

    public static Jid? AddressOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Address(column);

    public static uint UnsignedInt(this SqliteDataReader row, int column) => checked((uint)row.GetInt64(column));

    public static DateTimeOffset Instant(this SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? InstantOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Instant(column);
}
