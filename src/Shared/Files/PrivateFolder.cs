namespace Shared.Files;

/// <summary>Folders only their owner can enter.</summary>
public static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder and whatever is missing above it, each with rights 0700. What is there already keeps its rights: they are the owner's choice.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }
        var missing = new Stack<string>();
        for (var folder = Path.GetFullPath(path); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            missing.Push(folder);
        }
        // One by one, for the framework gives its rights to the last folder only.
        foreach (var folder in missing)
        {
            Directory.CreateDirectory(folder, OwnerOnly);
        }
    }
}
