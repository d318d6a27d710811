using System.Collections.Concurrent;
using System.Globalization;
using Sandbox.Panel.Faults;

namespace Provisioning.Tests.Chaos;

/// <summary>
/// Exactly once under random faults and deaths. One seed: <c>WABOT_CHAOS_SEED=17</c>; more of them: <c>WABOT_CHAOS_SEEDS=5000</c>
/// (and <c>WABOT_CHAOS_FIRST=1000000</c> for others than usual).
/// </summary>
public class ChaosTests
{
    private const int Usually = 250;

    /// <summary>Below so many seeds chance may leave a kind of fault out.</summary>
    private const int EnoughForAll = 200;

    [Fact]
    public async Task Whatever_the_panel_does_and_wherever_the_process_dies_each_member_ends_with_one_user_and_one_server_and_strangers_keep_theirs()
    {
        var seeds = Number("WABOT_CHAOS_SEED") is { } one ? [one] : Enumerable.Range(Number("WABOT_CHAOS_FIRST") ?? 1, Number("WABOT_CHAOS_SEEDS") ?? Usually);
        var failures = new ConcurrentBag<string>();
        var faults = new ConcurrentBag<string>();
        var (deaths, stories) = (0, 0);
        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (seed, _) =>
        {
            await using var story = new ChaosStory(seed);
            try
            {
                await story.RunAsync();
                Interlocked.Increment(ref stories);
                Interlocked.Add(ref deaths, story.Deaths);
                foreach (var fault in story.Faults)
                {
                    faults.Add(fault.Split(' ')[0]);
                }
            }
            catch (Exception fault)
            {
                failures.Add($"Seed {seed} (again: WABOT_CHAOS_SEED={seed} dotnet test --project tests/Provisioning.Tests --filter-class \"*ChaosTests\"): {fault}\n{string.Join('\n', story.Diary)}");
            }
        });

        Assert.True(failures.IsEmpty, $"{failures.Count} seeds failed.\n{failures.OrderBy(text => text.Length).FirstOrDefault()}\nAlso: {string.Join(", ", failures.Select(text => text.Split(' ')[1]))}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{stories} stories, {faults.Count} faults, {deaths} deaths");
        if (stories >= EnoughForAll)
        {
            Assert.True(deaths > stories / 2, $"Only {deaths} deaths in {stories} stories."); // a calm sea proves nothing
            Assert.Empty(Enum.GetNames<PanelFaultKind>().Except(faults));
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
