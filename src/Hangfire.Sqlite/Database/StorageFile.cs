namespace Hangfire.Sqlite.Database;

/// <summary>The database file with rights for the owner only, and the lock that keeps every other process out.</summary>
internal sealed class StorageFile : IDisposable
{
    private const UnixFileMode OwnerOnlyFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private StorageFile(string path, FileStream hold)
    {
        Path = path;
        _lock = hold;
    }

    public string Path { get; }

    /// <summary>Bytes in the write-ahead log.</summary>
    public long LogLength => new FileInfo(Path + "-wal") is { Exists: true } log ? log.Length : 0;

    /// <exception cref="SqliteStorageException">Another process, or another storage of this one, holds the file.</exception>
    public static StorageFile Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        MakeFolder(System.IO.Path.GetDirectoryName(path));
        var hold = Lock(path);
        try
        {
            foreach (var file in new[] { path, path + "-wal", path + "-shm" })
            {
                if (File.Exists(file) && !OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(file, OwnerOnlyFile);
                }
            }

            OpenOwnerOnly(path, FileShare.ReadWrite).Dispose(); // SQLite gives -wal and -shm the rights of this file
            return new StorageFile(path, hold);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void MakeFolder(string? folder)
    {
        if (folder is null || Directory.Exists(folder))
        {
            return; // a folder that was there keeps its rights: it may serve others too
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnlyFolder);
        }
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return OpenOwnerOnly(path + ".lock", FileShare.None);
        }
        catch (IOException fault)
        {
            throw new SqliteStorageException(
                $"Another process holds the job storage '{System.IO.Path.GetFileName(path)}'. One file serves one process; several processes need a database server.",
                fault);
        }
    }

    private static FileStream OpenOwnerOnly(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnlyFile;
        }

        return new FileStream(path, options);
    }
}
