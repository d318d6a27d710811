namespace Sandbox.Clock;

/// <summary>Keeps the clock's offsets over a restart of the sandbox.</summary>
internal sealed class ClockFile(string path)
{
    public ClockOffsets Read() => File.Exists(path) ? ClockOffsets.Parse(File.ReadAllText(path)) : default;

    public void Write(ClockOffsets offsets)
    {
        File.WriteAllText(path + ".new", offsets.ToText());
        File.Move(path + ".new", path, overwrite: true);
    }
}
