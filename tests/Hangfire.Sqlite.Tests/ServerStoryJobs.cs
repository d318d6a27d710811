using System.Collections.Concurrent;

namespace Hangfire.Sqlite.Tests;

/// <summary>What the real server runs. A name of its own per test keeps tests apart.</summary>
public static class ServerStoryJobs
{
    private static readonly ConcurrentDictionary<string, int> Counts = new(StringComparer.Ordinal);

    public static int Runs(string name) => Counts.GetValueOrDefault(name);

    public static string Run(string name) => $"run {Counts.AddOrUpdate(name, 1, (_, runs) => runs + 1)}";

    [AutomaticRetry(Attempts = 1, DelaysInSeconds = [1])]
    public static void FailOnce(string name)
    {
        Run(name);
        if (Runs(name) == 1)
        {
            throw new InvalidOperationException("the first attempt fails");
        }
    }

    [AutomaticRetry(Attempts = 0)]
    public static void AlwaysFail(string name)
    {
        Run(name);
        throw new InvalidOperationException("every attempt fails");
    }

    public static void UntilCancelled(string name, CancellationToken cancellationToken)
    {
        Run(name);
        cancellationToken.WaitHandle.WaitOne(Eventually.Limit);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
