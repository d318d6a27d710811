namespace Sandbox.Service.State;

/// <summary>The last events of the world; safe to read from any thread.</summary>
internal sealed class Timeline(TimeProvider time)
{
    private const int Kept = 20_000;
    private readonly Lock _gate = new();
    private readonly Queue<WorldEvent> _events = new();
    private readonly List<(Func<WorldEvent, bool> Fits, TaskCompletionSource<WorldEvent> Found)> _waiting = [];
    private long _position;

    public void Add(string kind, string? account, string detail)
    {
        List<(TaskCompletionSource<WorldEvent>, WorldEvent)> told = [];
        lock (_gate)
        {
            var item = new WorldEvent(++_position, time.GetUtcNow(), kind, account, detail);
            _events.Enqueue(item);
            if (_events.Count > Kept)
            {
                _events.Dequeue();
            }

            foreach (var waiter in _waiting.Where(waiter => waiter.Fits(item)).ToArray())
            {
                _waiting.Remove(waiter);
                told.Add((waiter.Found, item));
            }
        }

        foreach (var (found, item) in told)
        {
            found.TrySetResult(item);
        }
    }

    public IReadOnlyList<WorldEvent> After(long position)
    {
        lock (_gate)
        {
            return [.. _events.Where(item => item.Position > position)];
        }
    }

    public async Task<WorldEvent> WaitForAsync(Func<WorldEvent, bool> fits, long after, CancellationToken cancellationToken)
    {
        TaskCompletionSource<WorldEvent> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_events.FirstOrDefault(item => item.Position > after && fits(item)) is { } past)
            {
                return past;
            }

            _waiting.Add((item => item.Position > after && fits(item), found));
        }

        return await found.Task.WaitAsync(cancellationToken);
    }
}
