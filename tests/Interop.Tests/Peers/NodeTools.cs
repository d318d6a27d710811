using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Interop.Tests.Peers;

/// <summary>Node and the pinned Baileys. Under CI what is missing is installed or fails; elsewhere the test is skipped with the reason.</summary>
internal static class NodeTools
{
    private static readonly SemaphoreSlim Installing = new(1, 1);

    public static string Folder { get; } = Path.Combine(Here(), "..", "node");

    public static async Task RequireAsync(CancellationToken cancellationToken)
    {
        var ci = Environment.GetEnvironmentVariable("CI") is { Length: > 0 };
        if (!OnPath("node") || !OnPath("npm"))
        {
            SkipOrFail(ci, "Node.js with npm is not installed: the peers of these tests are real Baileys clients.");
        }

        await Installing.WaitAsync(cancellationToken);
        try
        {
            if (Directory.Exists(Path.Combine(Folder, "node_modules", "baileys")))
            {
                return;
            }

            if (!ci)
            {
                SkipOrFail(ci, "Baileys is not installed: run 'npm ci' in tests/Interop.Tests/node.");
            }

            using var install = Process.Start(new ProcessStartInfo("npm", "ci --no-audit --no-fund") { WorkingDirectory = Folder })!;
            await install.WaitForExitAsync(cancellationToken);
            Assert.Equal(0, install.ExitCode);
        }
        finally
        {
            Installing.Release();
        }
    }

    private static void SkipOrFail(bool ci, string reason)
    {
        if (ci)
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }

    private static bool OnPath(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, tool)) || File.Exists(Path.Combine(folder, tool + ".exe")));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
