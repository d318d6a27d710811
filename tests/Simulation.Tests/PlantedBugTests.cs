using Simulation.Tests.Planted;
using Simulation.Tests.Runs;

namespace Simulation.Tests;

/// <summary>The simulation has to prove itself: what it cannot find it does not protect from.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    private const int MostSeeds = 200;

    public static TheoryData<string> Names => [.. PlantedBugs.All.Select(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_planted_bug_is_found_and_its_seed_replays(string bug)
    {
        var search = await SimulationChild.RunAsync("--seeds", $"1-{MostSeeds}", "--bug", bug);

        var failure = Assert.Single(search.Starting("failed"));
        output.WriteLine(failure);
        var replay = Assert.Single(search.Starting("replay")).Split("simulate ")[1];
        Assert.Contains($"--bug \"{bug}\"", replay, StringComparison.Ordinal);
        var seed = failure.Split(' ')[1];
        var again = await SimulationChild.RunAsync("--seeds", $"{seed}-{seed}", "--bug", bug);
        Assert.Equal(failure, Assert.Single(again.Starting("failed")));
    }
}
