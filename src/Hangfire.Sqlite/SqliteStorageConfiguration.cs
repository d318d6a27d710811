namespace Hangfire.Sqlite;

/// <summary>Registers the storage with Hangfire's configuration.</summary>
public static class SqliteStorageConfiguration
{
    /// <summary>Opens the file and makes it Hangfire's storage. Dispose the storage when the process ends.</summary>
    /// <param name="configuration">Hangfire's configuration.</param>
    /// <param name="path">The database file; its folder is made when missing.</param>
    /// <param name="options">Null means the defaults.</param>
    /// <returns>The configuration, with the storage as its entry.</returns>
    /// <exception cref="SqliteStorageException">Held by another process, damaged, or written by a newer version.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static IGlobalConfiguration<SqliteStorage> UseSqliteStorage(
        this IGlobalConfiguration configuration, string path, SqliteStorageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.UseStorage(new SqliteStorage(path, options));
    }
}
