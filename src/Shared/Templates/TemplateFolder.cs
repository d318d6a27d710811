using System.Text.Json;

namespace Shared.Templates;

/// <summary>Reads <c>templates/*.json</c>.</summary>
public static class TemplateFolder
{
    /// <summary>All templates, by file name.</summary>
    /// <exception cref="TemplateFolderException">Names every fault of every file at once, by file and key.</exception>
    public static TemplateSet Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new TemplateFolderException([$"{folder}: the template folder does not exist"]);
        }
        var faults = new List<string>();
        var templates = new List<ServerTemplate>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            Read(path, templates, faults);
        }
        if (faults.Count == 0 && !templates.Any(t => t.Enabled))
        {
            faults.Add($"{folder}: holds no enabled template");
        }
        return faults.Count == 0 ? new TemplateSet(templates) : throw new TemplateFolderException(faults);
    }

    private static void Read(string path, List<ServerTemplate> templates, List<string> faults)
    {
        var file = Path.GetFileName(path);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var reader = new TemplateReader(file, json.RootElement);
            var template = reader.Read();
            if (reader.Faults.Count == 0)
            {
                templates.Add(template);
            }
            faults.AddRange(reader.Faults);
        }
        catch (JsonException fault)
        {
            faults.Add($"{file}: is not JSON (line {fault.LineNumber + 1})");
        }
    }
}

/// <summary>Every fault of the template folder, each named by file and key.</summary>
public sealed class TemplateFolderException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
