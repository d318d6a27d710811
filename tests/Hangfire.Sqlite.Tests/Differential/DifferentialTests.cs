using System.Globalization;
using Hangfire.InMemory;

namespace Hangfire.Sqlite.Tests.Differential;

/// <summary>
/// The same random calls on Hangfire's own in-memory storage and on ours: every answer must be the same. A failure names its
/// seed; WABOT_DIFFERENTIAL_SEED replays it, WABOT_DIFFERENTIAL_CASES (default 300) or WABOT_LONG=1 (5,000) sets how many are run.
/// </summary>
public sealed class DifferentialTests
{
    private const int StepsPerCase = 60;

    [Fact]
    public void Every_answer_equals_that_of_the_in_memory_storage()
    {
        using var folder = new TestFolder(inMemory: true);
        var (first, cases) = Range();
        for (var seed = first; seed < first + cases; seed++)
        {
            Compare(seed, Path.Combine(folder.Root, $"{seed}.db"));
        }
    }

    private static (int First, int Cases) Range()
    {
        if (Environment.GetEnvironmentVariable("WABOT_DIFFERENTIAL_SEED") is { Length: > 0 } seed)
        {
            return (int.Parse(seed, CultureInfo.InvariantCulture), 1);
        }

        if (Environment.GetEnvironmentVariable("WABOT_DIFFERENTIAL_CASES") is { Length: > 0 } cases)
        {
            return (1_000_000, int.Parse(cases, CultureInfo.InvariantCulture));
        }

        return (1, Environment.GetEnvironmentVariable("WABOT_LONG") == "1" ? 20_000 : 2_000);
    }

    private static void Compare(int seed, string path)
    {
        using var oracle = new Subject(new InMemoryStorage(new InMemoryStorageOptions
        {
            IdType = InMemoryStorageIdType.Long,
            MaxExpirationTime = null,
            MaxStateHistoryLength = int.MaxValue,
        }));
        using var ours = new Subject(new SqliteStorage(path, new SqliteStorageOptions { Durability = SqliteDurability.Normal, TimeProvider = new SteppingClock() }));
        var generator = new StepGenerator(seed);
        var history = new List<string>();
        for (var number = 0; number < StepsPerCase; number++)
        {
            var step = generator.Next(oracle.Jobs);
            var expected = step.Answer(oracle);
            var actual = step.Answer(ours);
            history.Add($"{step.What} -> {expected}");
            Assert.True(
                expected == actual,
                $"Seed {seed}, step {number}: {step.What}\n  in memory: {expected}\n  SQLite:    {actual}\nBefore:\n  {string.Join("\n  ", history.TakeLast(40))}");
        }
    }
}
