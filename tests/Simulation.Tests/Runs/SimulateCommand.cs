using System.Diagnostics;
using System.Globalization;
using Simulation.Tests.Driving;
using Simulation.Tests.Histories;
using Simulation.Tests.Planted;

namespace Simulation.Tests.Runs;

/// <summary><c>simulate --seeds FROM-TO [--stanzas N] [--bug NAME] [--hashes] [--trace] [--keep-going]</c>: prints a line per failure and one with totals.</summary>
internal static class SimulateCommand
{
    public const string Name = "simulate";

    /// <summary>Alone in a pool of one worker, so that a seed is a history; see <see cref="Quiet"/>.</summary>
    public static IReadOnlyList<string> OneWorker { get; } = ["DOTNET_ThreadPool_ForceMinWorkerThreads", "DOTNET_ThreadPool_ForceMaxWorkerThreads"];

    public static async Task<int> RunAsync(string[] args)
    {
        if (OneWorker.Any(name => Environment.GetEnvironmentVariable(name) != "1"))
        {
            return await AgainWithOneWorkerAsync(args); // typed by a person
        }

        await Task.Yield(); // from the main thread to the one worker
        Quiet.RequireOneWorker();
        var options = SimulateOptions.Parse(args);
        using var template = new HistoryTemplate();
        var totals = new RunTotals();
        var watch = Stopwatch.StartNew();
        for (var seed = options.From; seed <= options.To && (totals.Failures == 0 || options.KeepGoing); seed++)
        {
            var history = new HistoryOptions(seed)
            {
                Stanzas = options.Stanzas,
                Bug = options.Bug is null ? null : PlantedBugs.Named(options.Bug),
                Trace = options.Trace ? Console.Out.WriteLine : null,
            };
            try
            {
                using var run = new History(history, template);
                var result = await run.RunAsync();
                totals.Add(result);
                if (options.Hashes)
                {
                    await Console.Out.WriteLineAsync($"hash {seed} {result.Hash}");
                }
            }
            catch (HistoryFailedException failure)
            {
                totals.Failures++;
                await Console.Out.WriteLineAsync($"failed {seed} {failure.Message}");
                await Console.Out.WriteLineAsync($"replay with: Simulation.Tests {Name} --seeds {seed}-{seed} --stanzas {options.Stanzas}{(options.Bug is null ? "" : $" --bug \"{options.Bug}\"")} --trace");
                if (options.Trace)
                {
                    await Console.Out.WriteLineAsync(failure.InnerException!.ToString());
                }
            }
        }

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{totals} seconds={watch.Elapsed.TotalSeconds:0.0}"));
        return totals.Failures == 0 ? 0 : 1;
    }

    private static async Task<int> AgainWithOneWorkerAsync(string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Name, .. args]) { UseShellExecute = false };
        foreach (var name in OneWorker)
        {
            start.Environment[name] = "1";
        }

        using var child = Process.Start(start)!;
        await child.WaitForExitAsync();
        return child.ExitCode;
    }
}
