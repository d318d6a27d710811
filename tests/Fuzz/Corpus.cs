namespace Fuzz;

/// <summary>The inputs kept in the repository: one file a target, one input a line, in hexadecimal.</summary>
internal static class Corpus
{
    /// <summary>Beside the executable.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Corpus");

    public static IReadOnlyList<byte[]> Read(string target, string? folder = null)
    {
        var file = Path.Combine(folder ?? Folder, target + ".txt");
        return File.Exists(file) ? [.. File.ReadLines(file).Where(line => line.Length == 0 || line[0] != '#').Select(Convert.FromHexString)] : [];
    }

    public static void Write(string target, IEnumerable<byte[]> inputs, string folder)
    {
        var lines = inputs.Select(Convert.ToHexStringLower).Distinct().OrderBy(line => line.Length).ThenBy(line => line, StringComparer.Ordinal);
        File.WriteAllLines(Path.Combine(folder, target + ".txt"), lines);
    }
}
