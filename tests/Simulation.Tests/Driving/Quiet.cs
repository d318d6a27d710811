namespace Simulation.Tests.Driving;

/// <summary>
/// The pool of this process has one worker (see Program.cs), and the history runs on it. So nothing of the client runs beside the
/// history: it runs when the history steps aside, in the one order in which its pieces were queued, and is idle when nothing is queued.
/// </summary>
internal static class Quiet
{
    public static async Task WaitAsync()
    {
        do
        {
            await Task.Yield();
        }
        while (ThreadPool.PendingWorkItemCount > 0);
    }

    /// <exception cref="InvalidOperationException">More than one worker: a history would not repeat.</exception>
    public static void RequireOneWorker()
    {
        ThreadPool.GetMaxThreads(out var workers, out _);
        if (workers != 1)
        {
            throw new InvalidOperationException($"The simulation needs a pool of one worker and has {workers}.");
        }
    }
}
