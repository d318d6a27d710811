namespace Hangfire.Sqlite.Tests.Crash;

/// <summary>Jobs that leave a line where they ran. The life is the number of the process, set once at its start.</summary>
public static class CrashJobs
{
    private static readonly Lock Gate = new();

    public static int Life { get; set; }

    public static void Append(string file, int number)
    {
        lock (Gate)
        {
            File.AppendAllText(file, $"{number} {Life}\n");
        }
    }

    /// <summary>The first run never ends by itself; any later one does.</summary>
    public static void HoldOnce(string file, CancellationToken cancellationToken)
    {
        var first = !File.Exists(file);
        Append(file, 0);
        if (first)
        {
            cancellationToken.WaitHandle.WaitOne();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
