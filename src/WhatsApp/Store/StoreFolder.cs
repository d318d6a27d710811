using Microsoft.Data.Sqlite;

namespace WhatsApp.Store;

/// <summary>The folder of one identity: rights for the owner only, and a lock so that two processes can never use it.</summary>
internal sealed class StoreFolder : IDisposable
{
    private const UnixFileMode OwnerOnlyFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private StoreFolder(string databasePath, FileStream hold)
    {
        DatabasePath = databasePath;
        _lock = hold;
    }

    public string DatabasePath { get; }

    /// <exception cref="SessionStoreException">Another process holds the folder.</exception>
    public static StoreFolder Open(string folder)
    {
        var path = Path.Combine(folder, "session.db");
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder); // the user's profile protects it there
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnlyFolder);
            File.SetUnixFileMode(folder, OwnerOnlyFolder);
        }

        var hold = Lock(Path.Combine(folder, "session.lock"));
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
            return new StoreFolder(path, hold);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = DatabasePath, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            return OpenOwnerOnly(path, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new SessionStoreException("Another process holds the session's folder. One identity must never be connected twice.", fault);
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
