using System.Diagnostics;
using Shared.FailPoints;

namespace Sandbox.Bot;

/// <summary>
/// The fail points of the sandbox's bot: notes every name once, and kills the process (kill -9, no clean-up of any kind)
/// when the armed one is reached for the n-th time.
/// </summary>
internal sealed class KillingFailPoints : IFailPoints
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _noted = [];
    private readonly string? _log;
    private string? _armed;
    private int _left;

    public KillingFailPoints(string? log)
    {
        _log = log;
        if (log is not null && File.Exists(log))
        {
            _noted = [.. File.ReadLines(log)];
        }
    }

    /// <summary>The process dies when <paramref name="name"/> is reached for the <paramref name="hit"/>-th time from now.</summary>
    public void Arm(string name, int hit)
    {
        lock (_gate)
        {
            (_armed, _left) = (name, hit);
        }
    }

    public void Reach(string name)
    {
        lock (_gate)
        {
            if (_log is not null && _noted.Add(name))
            {
                File.AppendAllText(_log, name + "\n");
            }

            if (_armed != name || --_left > 0)
            {
                return;
            }

            Process.GetCurrentProcess().Kill();
            new ManualResetEventSlim().Wait(); // the signal ends the process before this returns
        }
    }
}
