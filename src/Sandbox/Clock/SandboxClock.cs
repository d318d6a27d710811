using System.Diagnostics;

namespace Sandbox.Clock;

/// <summary>
/// The sandbox's controllable time. Real time passes as it does, and on top of it "let time pass" moves wall and
/// monotonic time together (timers that fall due fire), while "jump" moves the wall clock alone.
/// </summary>
internal sealed class SandboxClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<SandboxTimer> _timers = [];
    private ClockOffsets _offsets;

    public SandboxClock(ClockOffsets offsets) => _offsets = offsets;

    public ClockOffsets Offsets
    {
        get
        {
            lock (_gate)
            {
                return _offsets;
            }
        }
    }

    public override long TimestampFrequency => Stopwatch.Frequency;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offsets.Passed + Offsets.Jumped;

    public override long GetTimestamp() => Stopwatch.GetTimestamp() + (long)(Offsets.Passed.TotalSeconds * Stopwatch.Frequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SandboxTimer(this, callback, state);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets both offsets; timers that are due by then fire at once.</summary>
    public void Set(ClockOffsets offsets)
    {
        SandboxTimer[] timers;
        lock (_gate)
        {
            _offsets = offsets;
            timers = [.. _timers];
        }

        foreach (var timer in timers)
        {
            timer.Rearm();
        }
    }

    internal void Forget(SandboxTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }
}
