using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Hangfire.Sqlite.Tests;

/// <summary>Work, reads and backups at the same time: 5 s, or 10 min with WABOT_LONG=1, or WABOT_SOAK_SECONDS.</summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Producers = 2;

    [Fact]
    public async Task Under_load_with_a_backup_reader_nothing_is_locked_and_nothing_is_lost()
    {
        using var folder = new TestFolder();
        var limit = TimeSpan.FromSeconds(
            int.TryParse(Environment.GetEnvironmentVariable("WABOT_SOAK_SECONDS"), out var seconds) ? seconds
            : Environment.GetEnvironmentVariable("WABOT_LONG") == "1" ? 600
            : 60);
        var faults = new ConcurrentQueue<string>();
        using var ending = new CancellationTokenSource(limit);
        using var storage = folder.Open();
        var produced = 0;
        var backups = 0;
        using (new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = 4, SchedulePollingInterval = TimeSpan.FromSeconds(1) }, storage))
        {
            var tasks = Enumerable.Range(0, Producers).Select(_ => Loop(faults, Produce, ending.Token)).ToList();
            tasks.Add(Loop(
                faults,
                () =>
                {
                    Backup(folder);
                    backups++;
                },
                ending.Token));
            tasks.Add(Loop(faults, () => storage.GetMonitoringApi().GetStatistics(), ending.Token));
            await Task.WhenAll(tasks);
            Eventually.True(() => storage.GetMonitoringApi().SucceededListCount() + storage.GetMonitoringApi().FailedCount() == produced, "all jobs are done");
        }

        void Produce()
        {
            new BackgroundJobClient(storage).Enqueue(() => SoakJobs.Count());
            var made = Interlocked.Increment(ref produced);
            if (made - SoakJobs.Runs > 500)
            {
                SpinWait.SpinUntil(() => made - SoakJobs.Runs < 100, limit); // keep the backlog small, so that the end comes soon
            }
        }

        output.WriteLine($"{produced} jobs, {backups} backups.");
        Assert.Empty(faults);
        Assert.Equal(0, storage.GetMonitoringApi().FailedCount());
        Assert.Equal(produced, SoakJobs.Runs);
        Assert.True(backups > 0, "No backup was made.");
        var noRetryWasNeeded = storage.GetMonitoringApi().SucceededJobs(0, 5_000).All(job => storage.GetMonitoringApi().JobDetails(job.Key).History.Count == 3);
        Assert.True(noRetryWasNeeded, "A job went through more than enqueued, processing and succeeded.");
    }

    private static Task Loop(ConcurrentQueue<string> faults, Action step, CancellationToken ending) => Task.Factory.StartNew(
        () =>
        {
            while (!ending.IsCancellationRequested)
            {
                try
                {
                    step();
                }
                catch (Exception fault)
                {
                    faults.Enqueue(fault.ToString());
                    return;
                }
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static void Backup(TestFolder folder)
    {
        var copy = Path.Combine(folder.Root, "backup.db");
        using (var source = new SqliteConnection($"Data Source={folder.Database};Mode=ReadOnly;Pooling=False"))
        using (var target = new SqliteConnection($"Data Source={copy};Pooling=False"))
        {
            source.Open();
            target.Open();
            source.BackupDatabase(target);
            using var check = target.CreateCommand();
            check.CommandText = "PRAGMA quick_check";
            Assert.Equal("ok", check.ExecuteScalar());
        }

        File.Delete(copy);
    }
}

/// <summary>What the soak runs.</summary>
public static class SoakJobs
{
    private static int s_runs;

    public static int Runs => Volatile.Read(ref s_runs);

    public static void Count() => Interlocked.Increment(ref s_runs);
}
