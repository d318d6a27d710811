using System.Globalization;
using Simulation.Tests.Runs;

namespace Simulation.Tests;

public sealed class HistoryTests(ITestOutputHelper output)
{
    /// <summary>How many histories to run; the first seed may be set as well, to see others than the last time.</summary>
    private const string Histories = "SIMULATION_HISTORIES";
    private const string FirstSeed = "SIMULATION_FIRST_SEED";
    private const int InEveryRun = 1000;

    [Fact]
    public async Task Every_history_keeps_every_promise()
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

        Assert.Empty(lines.Starting("failed").Concat(lines.Starting("replay")));
        Assert.Equal(count, lines.Starting("totals").Sum(line => Total(line, "histories")));
        Assert.True(lines.Starting("totals").Sum(line => Total(line, "stanzas")) >= 100 * count);
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
