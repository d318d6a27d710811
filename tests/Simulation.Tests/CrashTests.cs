using System.Globalization;
using Simulation.Tests.Crash;

namespace Simulation.Tests;

/// <summary>Real processes, real database files, real SIGKILL. The service lives in this process and survives.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const string Kills = "CRASH_KILLS";
    private const string FirstSeed = "CRASH_FIRST_SEED";
    private const int InEveryRun = 30;
    private const int InOneWorld = 15;

    [Fact]
    public async Task A_client_killed_anywhere_loses_nothing_and_doubles_nothing()
    {
        var kills = Number(Kills, InEveryRun);
        var first = (ulong)Number(FirstSeed, 1);
        var places = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var messages = 0;
        var worlds = Enumerable.Range(0, (kills + InOneWorld - 1) / InOneWorld).Select(world => new CrashRun(first + (ulong)world, Math.Min(InOneWorld, kills - (world * InOneWorld))));

        await Parallel.ForEachAsync(worlds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (world, _) =>
        {
            await world.RunAsync();
            lock (places)
            {
                messages += world.Messages;
                foreach (var (place, count) in world.Places)
                {
                    places[place] = places.GetValueOrDefault(place) + count;
                }
            }
        });

        output.WriteLine($"{kills} kills, {messages} messages in and as many out");
        foreach (var (place, count) in places)
        {
            output.WriteLine($"{count,6} {place}");
        }

        Assert.True(places.Count >= Math.Min(kills / 4, 20), "The client died at too few different places.");
    }

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
