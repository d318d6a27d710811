using System.Globalization;

namespace Hangfire.Sqlite.Tests.Crash;

/// <summary>The process that is killed. What it has been promised it says on standard output, one line each.</summary>
internal static class CrashChild
{
    public const string Argument = "crash-child";
    public const string Produce = "produce";
    public const string Hold = "hold";
    public const string OpenOnly = "open";

    public const int Workers = 3;

    public static int Run(string folder, int life, string task)
    {
        CrashJobs.Life = life;
        SqliteStorage storage;
        try
        {
            storage = new SqliteStorage(Path.Combine(folder, "jobs.db"));
        }
        catch (SqliteStorageException fault)
        {
            Console.Out.WriteLine(fault.Message);
            return 3;
        }

        using (storage)
        {
            if (task == OpenOnly)
            {
                return 0;
            }

            using var server = StartServer(storage);
            var client = new BackgroundJobClient(storage);
            if (task == Hold)
            {
                client.Enqueue(() => CrashJobs.HoldOnce(Path.Combine(folder, "runs"), CancellationToken.None));
                Console.In.ReadToEnd(); // until killed, or left alone
            }

            for (var number = life * 100_000; ; number++)
            {
                var id = client.Enqueue(() => CrashJobs.Append(Path.Combine(folder, "runs"), number));
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number} {id}"));
            }
        }
    }

    public static BackgroundJobServer StartServer(SqliteStorage storage) => new(
        new BackgroundJobServerOptions
        {
            WorkerCount = Workers,
            SchedulePollingInterval = TimeSpan.FromSeconds(1),
            StopTimeout = TimeSpan.FromSeconds(5),
        },
        storage);
}
