namespace Sandbox.Control;

/// <summary>What happened, newest last, bounded. For the page, the control API and tests; holds no secrets.</summary>
internal sealed class Timeline(TimeProvider time)
{
    private const int Kept = 2000;

    private readonly Lock _gate = new();
    private readonly Queue<TimelineEntry> _entries = new();
    private long _last;

    public void Add(string source, string text)
    {
        lock (_gate)
        {
            _entries.Enqueue(new TimelineEntry(++_last, time.GetUtcNow(), source, text));
            while (_entries.Count > Kept)
            {
                _ = _entries.Dequeue();
            }
        }
    }

    /// <summary>Entries after a position, oldest first.</summary>
    public IReadOnlyList<TimelineEntry> After(long position)
    {
        lock (_gate)
        {
            return [.. _entries.Where(entry => entry.Position > position)];
        }
    }
}

/// <param name="Position">1, 2, 3 … within this run.</param>
/// <param name="At">On the sandbox's clock.</param>
/// <param name="Source">bot, service, panel, clock, alert or you.</param>
internal sealed record TimelineEntry(long Position, DateTimeOffset At, string Source, string Text);
