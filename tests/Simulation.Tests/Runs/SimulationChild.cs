using System.Diagnostics;

namespace Simulation.Tests.Runs;

/// <summary>A process that runs histories. Printed lines come back; it is ended with the test that started it.</summary>
internal static class SimulationChild
{
    /// <summary>Far beyond what any run takes; reached only by one that hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(40);

    public static async Task<IReadOnlyList<string>> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [SimulateCommand.Name, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var name in SimulateCommand.OneWorker)
        {
            start.Environment[name] = "1";
        }

        using var limit = new CancellationTokenSource(Patience);
        using var child = Process.Start(start)!;
        try
        {
            var lines = (await child.StandardOutput.ReadToEndAsync(limit.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await child.WaitForExitAsync(limit.Token);
            Assert.Contains(lines, line => line.StartsWith("totals ", StringComparison.Ordinal)); // else it broke down
            return lines;
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill();
            }
        }
    }

    public static IEnumerable<string> Starting(this IEnumerable<string> lines, string word) => lines.Where(line => line.StartsWith(word + " ", StringComparison.Ordinal));
}
