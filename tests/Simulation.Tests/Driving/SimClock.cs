namespace Simulation.Tests.Driving;

/// <summary>Time that passes only when the history says so. Timers fire on the driving thread, in the order they are due.</summary>
internal sealed class SimClock : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<SimTimer, (long Due, long Number)> _timers = new();
    private long _ticks;
    private long _started;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Elapsed => TimeSpan.FromTicks(_ticks);

    public override DateTimeOffset GetUtcNow() => Epoch + Elapsed;

    public override long GetTimestamp() => _ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass, firing what is due on the way.</summary>
    public void Pass(TimeSpan span)
    {
        var end = _ticks + span.Ticks;
        while (NextDue() is { } due && due <= end)
        {
            FireNext();
        }

        _ticks = Math.Max(_ticks, end);
    }

    /// <summary>Jumps to the next timer; false when there is none.</summary>
    public bool FireNext()
    {
        if (NextDue() is not { } due)
        {
            return false;
        }

        var timer = _timers.Dequeue();
        _ticks = Math.Max(_ticks, due);
        timer.Fire();
        return true;
    }

    /// <summary>The process that started them is gone.</summary>
    public void Forget() => _timers.Clear();

    private long? NextDue()
    {
        while (_timers.TryPeek(out var timer, out var at))
        {
            if (timer.Number == at.Number)
            {
                return at.Due;
            }

            _timers.Dequeue(); // changed or disposed since
        }

        return null;
    }

    private sealed class SimTimer(SimClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public long Number { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Number = ++clock._started;
            if (dueTime >= TimeSpan.Zero)
            {
                clock._timers.Enqueue(this, (clock._ticks + dueTime.Ticks, Number));
            }

            return true;
        }

        public void Fire()
        {
            Number = 0;
            if (_period > TimeSpan.Zero)
            {
                Change(_period, _period);
            }

            callback(state);
        }

        public void Dispose() => Number = 0;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
