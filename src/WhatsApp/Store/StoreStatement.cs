using System.Globalization;
using SQLitePCL;
using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>One prepared statement.</summary>
internal sealed class StoreStatement(sqlite3_stmt statement, bool changesDevice) : IDisposable
{
    /// <summary>SQLite numbers <c>$1</c>, <c>$2</c>, ... as they come in the text, not by their digits.</summary>
    private readonly int[] _places = PlacesIn(statement);

    public StoreRow Row { get; } = new(statement);

    /// <summary>It writes to the table of the device itself, or undoes what was written.</summary>
    public bool ChangesDevice { get; } = changesDevice;

    public int Step() => raw.sqlite3_step(statement);

    public void Reset() => _ = raw.sqlite3_reset(statement); // repeats the step's fault, which has been thrown

    /// <summary>Binds the value of <c>$1</c> (index 0), <c>$2</c>, ...</summary>
    public int Bind(int index, object? value) => Bind(value, _places[index]);

    public void Dispose() => statement.Dispose();

    private static int[] PlacesIn(sqlite3_stmt statement)
    {
        var places = new int[raw.sqlite3_bind_parameter_count(statement)];
        for (var place = 1; place <= places.Length; place++)
        {
            places[int.Parse(raw.sqlite3_bind_parameter_name(statement, place).utf8_to_string().AsSpan(1), CultureInfo.InvariantCulture) - 1] = place;
        }

        return places;
    }

    private int Bind(object? value, int index) => value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        string text => raw.sqlite3_bind_text(statement, index, text),
        byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
        Jid jid => raw.sqlite3_bind_text(statement, index, jid.ToString()),
        PeerId peer => raw.sqlite3_bind_text(statement, index, peer.ToString()),
        DateTimeOffset instant => raw.sqlite3_bind_int64(statement, index, instant.ToUnixTimeMilliseconds()),
        bool flag => raw.sqlite3_bind_int64(statement, index, flag ? 1 : 0),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        int number => raw.sqlite3_bind_int64(statement, index, number),
        uint number => raw.sqlite3_bind_int64(statement, index, number),
        ushort number => raw.sqlite3_bind_int64(statement, index, number),
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be stored."),
    };
}

/// <summary>The row a statement stands on; only until the next step.</summary>
internal sealed class StoreRow(sqlite3_stmt statement)
{
    /// <summary>The bytes where SQLite holds them: to be used up before the row is left.</summary>
    public ReadOnlySpan<byte> Span(int column) => raw.sqlite3_column_blob(statement, column);

    public byte[] Blob(int column) => Span(column).ToArray();

    public byte[]? BlobOrNull(int column) => IsDBNull(column) ? null : Blob(column);

    public string GetString(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public string? TextOrNull(int column) => IsDBNull(column) ? null : GetString(column);

    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    public int GetInt32(int column) => checked((int)GetInt64(column));

    public uint UnsignedInt(int column) => checked((uint)GetInt64(column));

    public bool IsDBNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public Jid Address(int column) => Jid.Parse(GetString(column));

    public Jid? AddressOrNull(int column) => IsDBNull(column) ? null : Address(column);

    /// <summary>A device by its person and number columns.</summary>
    public DeviceId Device(int person, int number) => DeviceId.Of(Address(person).WithDevice((ushort)GetInt64(number)), AsStored.Instance);

    public DateTimeOffset Instant(int column) => DateTimeOffset.FromUnixTimeMilliseconds(GetInt64(column));

    public DateTimeOffset? InstantOrNull(int column) => IsDBNull(column) ? null : Instant(column);
}

/// <summary>Rows hold canonical names already: whatever learns a LID moves them in the same commit.</summary>
file sealed class AsStored : ILidBook
{
    public static readonly AsStored Instance = new();

    public Jid? LidOf(Jid phone) => null;
}
