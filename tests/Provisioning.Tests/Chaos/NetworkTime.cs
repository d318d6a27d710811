namespace Provisioning.Tests.Chaos;

/// <summary>
/// The network's clock of a story that must not wait: short pauses are over at once, and a time-out comes exactly when the panel says that it will never answer.
/// </summary>
internal sealed class NetworkTime(TimeProvider domain) : TimeProvider
{
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly List<Patience> waiting = [];

    public override DateTimeOffset GetUtcNow() => domain.GetUtcNow();

    public override long GetTimestamp() => domain.GetTimestamp();

    public override long TimestampFrequency => domain.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Patience(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Everybody who waits for an answer has waited long enough.</summary>
    public void Expire()
    {
        List<Patience> over;
        lock (gate)
        {
            over = [.. waiting];
            waiting.Clear();
        }

        over.ForEach(timer => timer.Fire());
    }

    private sealed class Patience(NetworkTime owner, TimerCallback callback, object? state) : ITimer
    {
        public void Fire() => ThreadPool.QueueUserWorkItem(_ => callback(state));

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner.gate)
            {
                owner.waiting.Remove(this);
                if (dueTime > ShortPause)
                {
                    owner.waiting.Add(this);
                    return true;
                }
            }

            if (dueTime >= TimeSpan.Zero)
            {
                Fire();
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
