namespace Sandbox.Clock;

/// <summary>A timer on the sandbox's monotonic time, carried by a real one that is set anew whenever the clock moves.</summary>
internal sealed class SandboxTimer : ITimer
{
    private readonly Lock _gate = new();
    private readonly SandboxClock _clock;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ITimer _real;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private long? _dueAt;

    public SandboxTimer(SandboxClock clock, TimerCallback callback, object? state)
    {
        (_clock, _callback, _state) = (clock, callback, state);
        _real = TimeProvider.System.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _period = period;
            _dueAt = dueTime == Timeout.InfiniteTimeSpan ? null : _clock.GetTimestamp() + ToTicks(dueTime);
        }

        return Rearm();
    }

    /// <summary>Sets the real timer to what is left on the sandbox's clock.</summary>
    public bool Rearm()
    {
        lock (_gate)
        {
            var left = _dueAt is { } due ? TimeSpan.FromSeconds(Math.Max(0, (due - _clock.GetTimestamp()) / (double)_clock.TimestampFrequency)) : Timeout.InfiniteTimeSpan;
            return _real.Change(left > Longest ? Longest : left, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _clock.Forget(this);
        _real.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _clock.Forget(this);
        return _real.DisposeAsync();
    }

    private static TimeSpan Longest => TimeSpan.FromDays(40);

    private void Fire()
    {
        lock (_gate)
        {
            if (_dueAt is not { } due)
            {
                return;
            }

            var now = _clock.GetTimestamp();
            if (due - now > _clock.TimestampFrequency / 1000)
            {
                _ = Rearm(); // the real timer was a little early, or the wait was longer than one real timer can be
                return;
            }

            _dueAt = _period > TimeSpan.Zero ? now + ToTicks(_period) : null;
        }

        _ = Rearm();
        _callback(_state);
    }

    private long ToTicks(TimeSpan span) => (long)(span.TotalSeconds * _clock.TimestampFrequency);
}
