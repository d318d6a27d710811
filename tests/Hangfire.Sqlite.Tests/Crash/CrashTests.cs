using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Hangfire.Sqlite.Tests.Crash;

/// <summary>Real processes and real kills. 10 of them, or 200 with WABOT_LONG=1; WABOT_CRASH_SEED sets the moments.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public void No_kill_loses_an_acknowledged_job_and_every_double_run_is_explained_by_a_kill()
    {
        using var folder = new TestFolder();
        var kills = Environment.GetEnvironmentVariable("WABOT_LONG") == "1" ? 200 : 30;
        var seed = int.TryParse(Environment.GetEnvironmentVariable("WABOT_CRASH_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
        var random = new Random(seed);
        var acknowledged = new Dictionary<int, string>();

        for (var life = 1; life <= kills; life++)
        {
            foreach (var line in RunAndKill(folder.Root, life, random.Next(1, 150)))
            {
                var parts = line.Split(' ');
                acknowledged.Add(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
            }
        }

        Drain(folder.Root, kills + 1, acknowledged.Values);
        var runs = File.ReadAllLines(Path.Combine(folder.Root, "runs"))
            .Select(line => line.Split(' '))
            .Select(parts => (Number: int.Parse(parts[0], CultureInfo.InvariantCulture), Life: int.Parse(parts[1], CultureInfo.InvariantCulture)))
            .ToLookup(run => run.Number, run => run.Life);
        output.WriteLine($"Seed {seed}: {kills} kills, {acknowledged.Count} jobs acknowledged, {runs.Sum(job => job.Count() - 1)} run again after a kill.");

        var why = $"seed {seed}";
        Assert.All(acknowledged.Keys, number => Assert.True(runs.Contains(number), $"Job {number} was acknowledged and never ran, {why}."));
        Assert.All(runs, job => Assert.True(job.Count() == job.Distinct().Count(), $"Job {job.Key} ran twice in one life, {why}."));
        var repeated = runs.SelectMany(job => job.SkipLast(1)).GroupBy(life => life);
        Assert.All(repeated, life => Assert.True(
            life.Count() <= CrashChild.Workers, $"{life.Count()} jobs of life {life.Key} ran again, more than were under way when it was killed, {why}."));
        Assert.Equal("ok", IntegrityCheck(folder.Root));
    }

    [Fact]
    public void A_job_of_a_killed_process_is_claimed_again_within_2_s_of_the_next_start()
    {
        using var folder = new TestFolder();
        using (var child = new CrashProcess(folder.Root, 1, CrashChild.Hold))
        {
            Eventually.True(() => HasBegun(Path.Combine(folder.Root, "runs")), "the job runs in the child");
            child.Kill();
        }

        var watch = Stopwatch.StartNew();
        using var storage = new SqliteStorage(Path.Combine(folder.Root, "jobs.db"));
        using var connection = storage.GetConnection();
        using var fetched = connection.FetchNextJob(["default"], TestContext.Current.CancellationToken);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"It took {watch.Elapsed}.");
        Assert.Equal("Processing", connection.GetJobData(fetched.JobId).State);
    }

    [Fact]
    public void A_job_that_was_running_when_its_process_was_killed_runs_to_its_end_in_the_next()
    {
        using var folder = new TestFolder();
        var runs = Path.Combine(folder.Root, "runs");
        using (var child = new CrashProcess(folder.Root, 1, CrashChild.Hold))
        {
            Eventually.True(() => HasBegun(runs), "the job runs in the child");
            child.Kill();
        }

        using var storage = new SqliteStorage(Path.Combine(folder.Root, "jobs.db"));
        CrashJobs.Life = 2;
        using (CrashChild.StartServer(storage))
        {
            Eventually.True(() => storage.GetMonitoringApi().SucceededListCount() == 1, "the job succeeds in this process");
        }

        Assert.Equal(["0 1", "0 2"], File.ReadAllLines(runs));
    }

    [Fact]
    public void A_second_process_is_refused_with_a_plain_sentence()
    {
        using var folder = new TestFolder();
        using var storage = new SqliteStorage(Path.Combine(folder.Root, "jobs.db"));

        using var second = new CrashProcess(folder.Root, 2, CrashChild.OpenOnly);

        Assert.Equal(3, second.End());
        Assert.Equal(["Another process holds the job storage 'jobs.db'. One file serves one process; several processes need a database server."], second.Lines);
    }

    private static IReadOnlyList<string> RunAndKill(string folder, int life, int moment)
    {
        using var child = new CrashProcess(folder, life, CrashChild.Produce);
        Eventually.True(() => child.Count >= moment || child.HasExited, $"{moment} jobs enqueued in life {life}");
        Assert.False(child.HasExited, "The child ended by itself: " + string.Join(' ', child.Lines));
        return child.Kill();
    }

    private static void Drain(string folder, int life, IReadOnlyCollection<string> jobs)
    {
        using var storage = new SqliteStorage(Path.Combine(folder, "jobs.db"));
        CrashJobs.Life = life;
        using (CrashChild.StartServer(storage))
        {
            Eventually.True(() => storage.GetMonitoringApi() is var all && all.EnqueuedCount("default") + all.FetchedCount("default") == 0, "all jobs are done");
        }

        using var connection = storage.GetConnection();
        Assert.All(jobs, id => Assert.Equal("Succeeded", connection.GetJobData(id)?.State));
        Assert.Empty(storage.GetMonitoringApi().FailedJobs(0, 10));
    }

    /// <summary>The file is there before its first line is: a kill between the two would leave it empty.</summary>
    private static bool HasBegun(string runs) => new FileInfo(runs) is { Exists: true, Length: > 0 };

    private static string? IntegrityCheck(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "jobs.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string?)command.ExecuteScalar();
    }
}
