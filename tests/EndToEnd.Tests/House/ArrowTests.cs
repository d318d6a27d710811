using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace EndToEnd.Tests.House;

public partial class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["WhatsApp"] = [],
        ["Hangfire.Sqlite"] = [],
        ["Shared"] = [],
        ["Provisioning"] = ["Shared"],
        ["WaBot"] = ["Hangfire.Sqlite", "Provisioning", "Shared", "WhatsApp"],
        ["Sandbox"] = ["WaBot", "WhatsApp"],
    };

    [Fact]
    public void Projects_reference_each_other_only_along_the_allowed_arrows()
    {
        var projects = Directory.GetFiles(Path.Combine(Root(), "src"), "*.csproj", SearchOption.AllDirectories);

        Assert.True(projects.Length >= 5);
        foreach (var project in projects)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var references = Reference().Matches(File.ReadAllText(project)).Select(match => match.Groups[1].Value);

            Assert.True(Allowed.ContainsKey(name), $"{name} is not in the list of projects: add it with its arrows.");
            Assert.Empty(references.Except(Allowed[name]));
        }
    }

    [Fact]
    public void What_ships_never_contains_the_sandbox()
    {
        foreach (var (name, references) in Allowed.Where(pair => pair.Key != "Sandbox"))
        {
            Assert.False(references.Contains("Sandbox"), name);
        }
    }

    internal static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    [GeneratedRegex("""ProjectReference Include="[^"]*?([^/"\\]+)\.csproj""")]
    private static partial Regex Reference();
}
