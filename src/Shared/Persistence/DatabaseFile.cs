using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Shared.Persistence;

/// <summary>One SQLite file: 0600 in a folder of 0700, WAL, every commit on the disk before it returns.</summary>
internal static class DatabaseFile
{
    public static string ConnectionString(string path) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        ForeignKeys = true,
        Mode = SqliteOpenMode.ReadWriteCreate,
    }.ToString();

    public static void Configure(DbContextOptionsBuilder options, string path) =>
        options.UseSqlite(ConnectionString(path)).AddInterceptors(DurableCommits.Instance);

    /// <summary>SQLite gives its -wal and -shm files the rights of the file itself, so it must be there before SQLite opens it.</summary>
    public static void Prepare(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new ArgumentException("Names no file.", nameof(path));
        Files.PrivateFolder.Create(folder);
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        using (new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
        }
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Settings that SQLite keeps per connection.</summary>
    private sealed class DurableCommits : DbConnectionInterceptor
    {
        public static readonly DurableCommits Instance = new();

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}

/// <summary>Used by the migration tool only.</summary>
internal sealed class DesignTimeDatabase : IDesignTimeDbContextFactory<WaBotDatabase>
{
    public WaBotDatabase CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<WaBotDatabase>();
        DatabaseFile.Configure(options, "design-time.db");
        return new WaBotDatabase(options.Options);
    }
}
