using SQLitePCL;

namespace Hangfire.Sqlite.Database;

/// <summary>A value bound to a statement, without boxing.</summary>
internal readonly struct SqlValue
{
    private readonly string? _text;
    private readonly long _integer;
    private readonly double _real;
    private readonly Kind _kind;

    private SqlValue(Kind kind, string? text = null, long integer = 0, double real = 0)
    {
        _kind = kind;
        _text = text;
        _integer = integer;
        _real = real;
    }

    private enum Kind
    {
        Null,
        Text,
        Integer,
        Real,
    }

    public static implicit operator SqlValue(string? value) => value is null ? default : new SqlValue(Kind.Text, text: value);

    public static implicit operator SqlValue(long value) => new(Kind.Integer, integer: value);

    public static implicit operator SqlValue(long? value) => value is { } number ? new SqlValue(Kind.Integer, integer: number) : default;

    public static implicit operator SqlValue(double value) => new(Kind.Real, real: value);

    public int Bind(sqlite3_stmt statement, int index) => _kind switch
    {
        Kind.Text => raw.sqlite3_bind_text(statement, index, _text!),
        Kind.Integer => raw.sqlite3_bind_int64(statement, index, _integer),
        Kind.Real => raw.sqlite3_bind_double(statement, index, _real),
        _ => raw.sqlite3_bind_null(statement, index),
    };
}
