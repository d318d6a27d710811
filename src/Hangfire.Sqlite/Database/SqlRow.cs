using SQLitePCL;

namespace Hangfire.Sqlite.Database;

/// <summary>The row a statement stands on; valid only inside the mapping function.</summary>
internal readonly struct SqlRow(sqlite3_stmt statement)
{
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public DateTime Time(int column) => StoredTime.ToDateTime(Long(column));

    public DateTime? TimeOrNull(int column) => IsNull(column) ? null : Time(column);
}
