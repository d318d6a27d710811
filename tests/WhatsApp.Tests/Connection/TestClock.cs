using Microsoft.Extensions.Time.Testing;

namespace WhatsApp.Tests.Connection;

/// <summary>A clock that stands still, and tells when somebody waits on it: no test has to guess when to advance.</summary>
internal sealed class TestClock() : FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero))
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _started = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        TaskCompletionSource more;
        lock (_gate)
        {
            _started.Add(dueTime);
            more = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
        return timer;
    }

    /// <summary>Waits until a timer of this kind was started that no earlier call has taken, then lets that much time pass.</summary>
    public async Task PassAsync(Func<TimeSpan, bool> wanted) => Advance(await TakeAsync(wanted));

    /// <summary>Waits until a timer of this kind was started that no earlier call has taken, and leaves the time as it is.</summary>
    public async Task<TimeSpan> TakeAsync(Func<TimeSpan, bool> wanted)
    {
        TimeSpan? found = null;
        while (found is null)
        {
            Task more;
            lock (_gate)
            {
                var index = _started.FindIndex(item => wanted(item));
                if (index >= 0)
                {
                    found = _started[index];
                    _started.RemoveAt(index);
                }

                more = _more.Task;
            }

            if (found is null)
            {
                await more.WaitAsync(Patience.Limit);
            }
        }

        return found.Value;
    }

    /// <summary>Leaves the timers started so far to themselves: the next <see cref="PassAsync(TimeSpan)"/> is for one that is still to come.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _started.Clear();
        }
    }

    /// <summary>The same for timers of one kind.</summary>
    public void Forget(TimeSpan exactly)
    {
        lock (_gate)
        {
            _started.RemoveAll(due => due == exactly);
        }
    }

    public Task PassAsync(TimeSpan exactly) => PassAsync(due => due == exactly);
}

internal static class Patience
{
    /// <summary>When a test that waits for another task gives up.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);
}
