using System.Runtime.CompilerServices;

namespace WhatsApp.Tests.Readme;

public sealed class ReadmeBotTests
{
    [Fact]
    public void The_readme_shows_the_bot_that_is_compiled_here_and_it_has_at_most_twenty_lines_of_code()
    {
        var compiled = LinesOf(Source("ReadmeBot.cs").Split("// README")[1]);
        var shown = LinesOf(Source("../../../src/WhatsApp/README.md").Split("```csharp")[1].Split("```")[0]);

        Assert.Equal(compiled, shown);
        Assert.InRange(shown.Count(line => line is not ("{" or "}")), 5, 20);
    }

    private static List<string> LinesOf(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

    private static string Source(string file, [CallerFilePath] string here = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, file));
}
