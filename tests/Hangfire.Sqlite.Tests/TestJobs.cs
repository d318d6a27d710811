using Hangfire.Common;

namespace Hangfire.Sqlite.Tests;

/// <summary>Methods that stored jobs name.</summary>
public static class TestJobs
{
    public static Job Example(int number = 1, string? queue = null)
    {
        var method = typeof(TestJobs).GetMethod(nameof(Nothing))!;
        return queue is null ? new Job(typeof(TestJobs), method, (object)number) : new Job(typeof(TestJobs), method, [number], queue);
    }

    public static void Nothing(int number) => _ = number;
}
