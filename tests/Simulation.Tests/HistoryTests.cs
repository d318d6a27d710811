using System.Globalization;
using Simulation.Tests.Runs;
using Simulation.Tests.World;

namespace Simulation.Tests;

public sealed class HistoryTests(ITestOutputHelper output)
{
    /// <summary>How many histories to run; the first seed may be set as well, to see others than the last time.</summary>
    private const string Histories = "SIMULATION_HISTORIES";
    private const string FirstSeed = "SIMULATION_FIRST_SEED";
    private const int InEveryRun = 200;

    /// <summary>
    /// What a few histories in a thousand still end without: one message that one device cannot read, or one request too many. All other
    /// promises are kept by every history.
    /// </summary>
    private static readonly string[] Healing = [Promises.Readable, Promises.SessionsKept, Promises.BoundedRetries];

    [Fact]
    public async Task Every_history_loses_nothing_doubles_nothing_and_reuses_no_key_and_nearly_all_heal()
    {
        var count = Number(Histories, InEveryRun);
        var first = Number(FirstSeed, 1);
        var processes = Math.Clamp(Environment.ProcessorCount, 1, count);
        var runs = Enumerable.Range(0, processes).Select(part =>
            SimulationChild.RunAsync("--seeds", $"{first + (count * part / processes)}-{first + (count * (part + 1) / processes) - 1}", "--keep-going"));

        var lines = (await Task.WhenAll(runs)).SelectMany(run => run).ToList();

        foreach (var line in lines)
        {
            output.WriteLine(line);
        }

        var failed = lines.Starting("failed").ToList();
        Assert.DoesNotContain(failed, line => !Healing.Any(promise => line.Contains(promise, StringComparison.Ordinal)));
        Assert.True(failed.Count <= count / 100, $"{failed.Count} of {count} histories did not heal.");
        var whole = lines.Starting("totals").Sum(line => Total(line, "histories"));
        Assert.Equal(count, whole + failed.Count);
        Assert.True(lines.Starting("totals").Sum(line => Total(line, "stanzas")) >= 100 * whole);
    }

    [Fact]
    public async Task A_seed_is_the_same_history_in_every_process()
    {
        var once = await SimulationChild.RunAsync("--seeds", "1-12", "--hashes");
        var again = await SimulationChild.RunAsync("--seeds", "1-12", "--hashes");

        Assert.Equal(12, once.Starting("hash").Distinct().Count());
        Assert.Equal(once.Starting("hash"), again.Starting("hash"));
    }

    [Fact]
    public async Task A_seed_is_the_same_history_whatever_ran_before_it()
    {
        var after = await SimulationChild.RunAsync("--seeds", "1-6", "--hashes");
        var alone = await SimulationChild.RunAsync("--seeds", "6-6", "--hashes");

        Assert.Equal(after.Starting("hash").Last(), Assert.Single(alone.Starting("hash")));
    }

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static int Total(string line, string name) =>
        int.Parse(line.Split(' ').Single(part => part.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..], CultureInfo.InvariantCulture);
}
