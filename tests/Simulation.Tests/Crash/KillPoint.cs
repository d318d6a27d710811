using System.Diagnostics;

namespace Simulation.Tests.Crash;

/// <summary>Counts the places this process passes, and dies by SIGKILL at the chosen one, after saying on standard output where.</summary>
internal sealed class KillPoint(int dieAt)
{
    private readonly Lock _gate = new();
    private int _passed;

    public void Pass(string place)
    {
        lock (_gate) // whoever comes later finds the process dead
        {
            if (++_passed == dieAt)
            {
                Console.Out.WriteLine($"K {place}");
                Console.Out.Flush();
                using var self = Process.GetCurrentProcess();
                self.Kill();
                new ManualResetEventSlim().Wait(); // the signal ends the process before this returns
            }
        }
    }
}
