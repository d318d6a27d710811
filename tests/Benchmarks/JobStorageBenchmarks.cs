using BenchmarkDotNet.Attributes;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.Sqlite;

namespace Benchmarks;

/// <summary>
/// The job storage against Hangfire's in-memory one, in jobs. Goals: enqueue by one caller ≥ 0.4 × in memory under NORMAL,
/// by eight ≥ 3 × by one under FULL, processing by eight workers ≥ 0.5 × in memory under NORMAL. Judge within one run only.
/// </summary>
[MemoryDiagnoser]
public class JobStorageBenchmarks
{
    private const int Jobs = 800;
    private const int Callers = 8;
    private string _folder = "";
    private JobStorage _storage = null!;
    private BackgroundJobClient _client = null!;

    public enum Kind
    {
        InMemory,
        SqliteNormal,
        SqliteFull,
    }

    [ParamsAllValues]
    public Kind Storage { get; set; }

    [IterationSetup]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("job-benchmark-").FullName;
        _storage = Storage switch
        {
            Kind.InMemory => new InMemoryStorage(),
            Kind.SqliteNormal => Sqlite(SqliteDurability.Normal),
            _ => Sqlite(SqliteDurability.Full),
        };
        _client = new BackgroundJobClient(_storage);
        BenchmarkJobs.Reset();
    }

    [IterationCleanup]
    public void Close()
    {
        (_storage as IDisposable)?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Jobs)]
    public void EnqueueByOne() => Enqueue(Jobs);

    [Benchmark(OperationsPerInvoke = Jobs)]
    public void EnqueueByEight()
    {
        var callers = Enumerable.Range(0, Callers).Select(_ => new Thread(() => Enqueue(Jobs / Callers))).ToList();
        callers.ForEach(caller => caller.Start());
        callers.ForEach(caller => caller.Join());
    }

    [Benchmark(OperationsPerInvoke = Jobs)]
    public void EnqueueByEightThenProcessByEight()
    {
        EnqueueByEight();
        using (new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = Callers }, _storage))
        {
            BenchmarkJobs.WaitFor(Jobs);
        }
    }

    private void Enqueue(int jobs)
    {
        for (var job = 0; job < jobs; job++)
        {
            _client.Enqueue(() => BenchmarkJobs.Count());
        }
    }

    private SqliteStorage Sqlite(SqliteDurability durability) =>
        new(Path.Combine(_folder, "jobs.db"), new SqliteStorageOptions { Durability = durability });
}

/// <summary>The job that is measured: nothing but the storage's work.</summary>
public static class BenchmarkJobs
{
    private static readonly object Gate = new();
    private static int s_runs;

    public static void Count()
    {
        lock (Gate)
        {
            s_runs++;
            Monitor.PulseAll(Gate);
        }
    }

    public static void Reset()
    {
        lock (Gate)
        {
            s_runs = 0;
        }
    }

    public static void WaitFor(int runs)
    {
        lock (Gate)
        {
            while (s_runs < runs)
            {
                Monitor.Wait(Gate);
            }
        }
    }
}
