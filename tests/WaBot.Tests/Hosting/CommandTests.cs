using WaBot.Options;
using WaBot.Tests.Support;
using WaBot.Web;

namespace WaBot.Tests.Hosting;

public class CommandTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    public async Task Help_names_the_commands_and_every_option_with_its_environment_name(string word)
    {
        using var output = new StringWriter();

        Assert.Equal(0, await WaBotHost.RunAsync([word], output, TextWriter.Null));

        var text = output.ToString();
        Assert.Contains("wabot sign-in", text, StringComparison.Ordinal);
        foreach (var key in WaBotOptions.Sections.SelectMany(section => section.Options.GetProperties().Where(p => p.CanWrite).Select(p => $"--{section.Name}:{p.Name} ")))
        {
            Assert.Contains(key, text, StringComparison.Ordinal);
        }
        Assert.All(EnvironmentAliases.All.Keys, name => Assert.Contains($"[{name}]", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sign_in_prints_a_code_that_opens_the_page_of_the_running_host_once()
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var output = new StringWriter();

        Assert.Equal(0, await WaBotHost.RunAsync(["sign-in", .. host.Arguments], output, TextWriter.Null));

        var code = output.ToString().Split("(opens once): ")[1].Split('\n')[0].Trim();
        var access = host.Get<OperatorAccess>();
        Assert.True(access.IsOpen(code));
        Assert.True(await access.TryUseAsync(code, () => Task.CompletedTask));
        Assert.False(await access.TryUseAsync(code, () => Task.CompletedTask));
        Assert.DoesNotContain(code, await File.ReadAllTextAsync(Path.Combine(host.Folder, "data", "operator-access.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_that_is_no_command_is_refused_with_the_commands_there_are()
    {
        using var errors = new StringWriter();

        Assert.Equal(64, await WaBotHost.RunAsync(["singin"], TextWriter.Null, errors));

        Assert.Contains("sign-in", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_the_host_keeps_is_its_owners_alone()
    {
        var folder = Directory.CreateTempSubdirectory("wabot-rights-").FullName;
        await using var host = await new HostUnderTest(Path.Combine(folder, "here")).StartAsync();
        host.LogIn();
        host.WhatsApp.Raise(Events.Private(1, Events.Budi, "!help"));
        await HostUnderTest.Until(() => !host.WhatsApp.Sent.IsEmpty);

        var data = Path.Combine(host.Folder, "data");
        const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var open = Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories).Append(data)
            .Where(path => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0).Select(path => Path.GetRelativePath(folder, path));

        Assert.Empty(open);
    }
}
