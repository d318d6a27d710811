using System.Diagnostics;
using System.Globalization;
using Shared.FailPoints;

namespace Sandbox.Bot;

/// <summary>
/// The fail points of the sandbox's bot: notes every name once, and kills the process (kill -9, no clean-up of any kind)
/// when the first point of the plan is reached for the n-th time. The next process goes on with the rest of the plan.
/// </summary>
internal sealed class KillingFailPoints : IFailPoints
{
    private readonly Lock _gate = new();
    private readonly FailPointFiles? _files;
    private readonly HashSet<string> _noted = [];
    private string[] _plan = [];
    private int _left;

    public KillingFailPoints(string? folder)
    {
        if (folder is null)
        {
            return;
        }

        Shared.Files.PrivateFolder.Create(folder);
        _files = new FailPointFiles(folder);
        _noted = [.. _files.ReadReached()];
        Rearm();
    }

    /// <summary>Takes the plan as it is written now.</summary>
    public void Rearm()
    {
        lock (_gate)
        {
            _plan = [.. _files?.ReadPlan() ?? []];
            _left = _plan is [var first, ..] && first.Split(' ') is [_, var hit] ? int.Parse(hit, CultureInfo.InvariantCulture) : 1;
            _files?.WriteTaken(_plan);
        }
    }

    public void Reach(string name)
    {
        if (_files is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_noted.Add(name))
            {
                _files.NoteReached(name);
            }

            if (_plan is not [var first, ..] || first.Split(' ')[0] != name || --_left > 0)
            {
                return;
            }

            _files.NoteKilled(name, _plan[1..]);
            Process.GetCurrentProcess().Kill();
            new ManualResetEventSlim().Wait(); // the signal ends the process before this returns
        }
    }
}
