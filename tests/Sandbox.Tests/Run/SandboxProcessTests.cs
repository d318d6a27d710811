using System.Diagnostics;
using System.Globalization;

namespace Sandbox.Tests.Run;

/// <summary>The executable as people start it.</summary>
public class SandboxProcessTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task The_end_leaves_no_process_and_no_temporary_folder(string signal)
    {
        Assert.False(OperatingSystem.IsWindows());
        var temporary = Directory.CreateTempSubdirectory("wabot-ctrl-c-").FullName;
        using var sandbox = Start(temporary, "--port", "0", "--page-port", "0");
        while (await sandbox.StandardOutput.ReadLineAsync(RunFixture.Ct) is { } line && !line.Contains("Ctrl+C", StringComparison.Ordinal))
        {
        }

        var children = Children(sandbox.Id);
        Assert.NotEmpty(children);
        using (var kill = Process.Start("kill", ["-" + signal, sandbox.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(RunFixture.Ct);
        }

        await sandbox.WaitForExitAsync(RunFixture.Ct).WaitAsync(TimeSpan.FromSeconds(90), RunFixture.Ct);

        Assert.Equal(0, sandbox.ExitCode);
        Assert.All(children, child => Assert.False(Directory.Exists($"/proc/{child}"), "the bot outlived the sandbox"));
        Assert.Empty(Directory.EnumerateDirectories(temporary, "wabot-sandbox-*"));
        Directory.Delete(temporary, recursive: true);
    }

    [Fact]
    public async Task Broken_templates_stop_the_start_with_every_fault_named()
    {
        var folder = Directory.CreateTempSubdirectory("wabot-templates-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "first.json"), """{ "name": "second", "nonsense": 1 }""", RunFixture.Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "third.json"), "{ broken", RunFixture.Ct);

        var (code, errors) = await RunAsync("--port", "0", "--page-port", "0", "--templates", folder, "--Claims:Attempts", "no", "--Clams:Attempts", "1");

        Assert.Equal(78, code);
        foreach (var fault in new[] { "first.json: name", "first.json: nonsense", "first.json: eggId", "third.json: is not JSON", "Claims:Attempts", "Clams" })
        {
            Assert.Contains(fault, errors, StringComparison.Ordinal);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_address_outside_this_machine_ends_the_start_with_a_word_of_help()
    {
        var (code, errors) = await RunAsync("--panel", "http://10.0.0.1", "--panel-key", "k");

        Assert.Equal(64, code);
        Assert.Contains("on this machine", errors, StringComparison.Ordinal);
        Assert.Contains("--help", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Errors)> RunAsync(params string[] arguments)
    {
        var temporary = Directory.CreateTempSubdirectory("wabot-start-").FullName;
        using var sandbox = Start(temporary, arguments);
        var output = sandbox.StandardOutput.ReadToEndAsync(RunFixture.Ct);
        var errors = await sandbox.StandardError.ReadToEndAsync(RunFixture.Ct);
        await sandbox.WaitForExitAsync(RunFixture.Ct);
        await output;
        Assert.Empty(Directory.EnumerateDirectories(temporary, "wabot-sandbox-*"));
        Directory.Delete(temporary, recursive: true);
        return (sandbox.ExitCode, errors);
    }

    /// <summary>A shell that runs the tests in the background has switched Ctrl+C off for all its children; env switches it on again and becomes the sandbox.</summary>
    private static Process Start(string temporary, params string[] arguments)
    {
        var start = new ProcessStartInfo("env", ["--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "wabot-sandbox"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = temporary };
        start.Environment["TMPDIR"] = temporary;
        return Process.Start(start) ?? throw new InvalidOperationException("The sandbox could not be started.");
    }

    private static string[] Children(int process) =>
        File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } own
            ? own
            : [.. Directory.EnumerateDirectories($"/proc/{process}/task").SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
