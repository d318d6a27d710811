namespace Hangfire.Sqlite.Tests;

/// <summary>A folder of one test, gone afterwards.</summary>
internal sealed class TestFolder(bool inMemory = false) : IDisposable
{
    private const string MemoryFiles = "/dev/shm";

    /// <summary>In memory where the system offers it, for tests that open hundreds of files and pull no plug.</summary>
    public string Root { get; } = inMemory && Directory.Exists(MemoryFiles)
        ? Directory.CreateDirectory(Path.Combine(MemoryFiles, "hangfire-sqlite-" + Path.GetRandomFileName())).FullName
        : Directory.CreateTempSubdirectory("hangfire-sqlite-").FullName;

    public string Database => Path.Combine(Root, "data", "jobs.db");

    public SqliteStorage Open(SqliteStorageOptions? options = null) => new(Database, options);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
