using System.Diagnostics;

namespace Benchmarks.Comparison;

/// <summary>Times a burst of work after the garbage of what came before is gone.</summary>
internal static class Stopclock
{
    public static Measure Time(Row row, int count, Action work)
    {
        Collect();
        var begin = Stopwatch.GetTimestamp();
        work();
        return new Measure(row, count, Stopwatch.GetElapsedTime(begin));
    }

    public static async Task<Measure> TimeAsync(Row row, int count, Func<Task> work)
    {
        Collect();
        var begin = Stopwatch.GetTimestamp();
        await work();
        return new Measure(row, count, Stopwatch.GetElapsedTime(begin));
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
