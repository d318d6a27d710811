namespace Sandbox.Run;

/// <summary>Where both sides keep their state. A temporary one is deleted at the end; one named by the user is kept.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly bool _temporary;
    private readonly FileStream _lock;

    private DataFolder(string path, bool temporary, FileStream @lock) => (Root, _temporary, _lock) = (path, temporary, @lock);

    public string Root { get; }

    /// <summary>The simulated WhatsApp service and its phones.</summary>
    public string Service => Path.Combine(Root, "service");

    /// <summary>The simulated panel.</summary>
    public string Panel => Path.Combine(Root, "panel");

    /// <summary>The bot's own folder: session, database, keys.</summary>
    public string Bot => Path.Combine(Root, "bot");

    public string BotLog => Path.Combine(Root, "bot.log");

    public string ClockFile => Path.Combine(Root, "clock");

    public string QrFile => Path.Combine(Root, "pairing-qr");

    public string CodeFile => Path.Combine(Root, "link-code");

    /// <summary>Addresses of this run, for scripts: JSON, rewritten at every start.</summary>
    public string AddressFile => Path.Combine(Root, "sandbox.json");

    /// <exception cref="IOException">Another sandbox runs on the folder.</exception>
    public static DataFolder Open(string? path)
    {
        var temporary = path is null;
        var root = path ?? Directory.CreateTempSubdirectory("wabot-sandbox-").FullName;
        Shared.Files.PrivateFolder.Create(root);

        try
        {
            var @lock = new FileStream(Path.Combine(root, "sandbox.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(root, temporary, @lock);
        }
        catch (IOException fault)
        {
            throw new IOException("Another sandbox is running on this data folder. Stop it, or choose another folder with --data.", fault);
        }
    }

    public void Dispose()
    {
        _lock.Dispose();
        if (_temporary)
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}
