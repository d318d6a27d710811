using System.Text.Json;

namespace Sandbox.Panel.State;

/// <summary>Keeps the world in one file that is either the old or the new one, whatever dies in between.</summary>
internal sealed class PanelStateFile(string path)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public PanelWorld? Load() =>
        File.Exists(path) ? JsonSerializer.Deserialize<PanelWorld>(File.ReadAllBytes(path), Json) : null;

    public void Save(PanelWorld world)
    {
        var next = path + ".new";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, world, Json);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
