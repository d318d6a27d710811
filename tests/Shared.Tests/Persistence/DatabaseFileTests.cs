using Microsoft.EntityFrameworkCore;
using Shared.Tests.Support;

namespace Shared.Tests.Persistence;

public class DatabaseFileTests
{
    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task The_files_are_for_their_owner_only()
    {
        await using var world = await World.OpenAsync();
        await world.MemberAsync(1);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

        var files = Directory.GetFiles(Path.GetDirectoryName(world.File_)!);

        Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.GetDirectoryName(world.File_)!) & Others);
    }

    [Fact]
    public async Task Every_connection_commits_to_the_disk_and_checks_foreign_keys()
    {
        await using var world = await World.OpenAsync();
        await using var db = await world.DatabaseAsync();
        await db.Database.OpenConnectionAsync();

        Assert.Equal(2, await PragmaAsync<int>(db, "synchronous"));
        Assert.Equal(1, await PragmaAsync<int>(db, "foreign_keys"));
        Assert.Equal("wal", await PragmaAsync<string>(db, "journal_mode"));
    }

    [Fact]
    public async Task The_migrations_hold_the_whole_model()
    {
        await using var world = await World.OpenAsync();
        await using var db = await world.DatabaseAsync();

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task A_damaged_file_is_refused_and_left_as_it_is()
    {
        await using var world = new World();
        Directory.CreateDirectory(Path.GetDirectoryName(world.File_)!);
        var garbage = Enumerable.Range(0, 8192).Select(i => (byte)(i * 7)).ToArray();
        await File.WriteAllBytesAsync(world.File_, garbage);

        await Assert.ThrowsAsync<InvalidDataException>(world.OpenFileAsync);

        Assert.Equal(garbage, await File.ReadAllBytesAsync(world.File_));
    }

    private static async Task<T> PragmaAsync<T>(DbContext db, string name)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "PRAGMA " + name;
        return (T)Convert.ChangeType(await command.ExecuteScalarAsync(), typeof(T), System.Globalization.CultureInfo.InvariantCulture)!;
    }
}
