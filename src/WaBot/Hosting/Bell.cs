using System.Threading.Channels;

namespace WaBot.Hosting;

/// <summary>Wakes one waiting loop. Rings while nobody waits are kept as one.</summary>
internal sealed class Bell(TimeProvider time)
{
    private readonly Channel<bool> rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => rings.Writer.TryWrite(true);

    /// <summary>Returns at the next ring, or when <paramref name="limit"/> has passed.</summary>
    public async Task WaitAsync(TimeSpan limit, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ring = rings.Reader.WaitToReadAsync(end.Token).AsTask();
        var pause = Task.Delay(limit, time, end.Token);
        await Task.WhenAny(ring, pause);
        await end.CancelAsync();
        ct.ThrowIfCancellationRequested();
        rings.Reader.TryRead(out _);
    }
}

/// <summary>The loops that wait for work. Ringing only saves time: each loop also looks by itself now and then.</summary>
internal sealed class Bells(TimeProvider time)
{
    public Bell Inbox { get; } = new(time);

    public Bell Outbox { get; } = new(time);

    public Bell Alerts { get; } = new(time);

    public Bell Roster { get; } = new(time);

    public Bell Work { get; } = new(time);

    /// <summary>An operator wants panel and table compared now.</summary>
    public Bell Reconcile { get; } = new(time);

    /// <summary>The operator wants the session to be started again.</summary>
    public Bell Session { get; } = new(time);

    /// <summary>Something was committed that may have left texts and alerts behind.</summary>
    public void RingSenders()
    {
        Outbox.Ring();
        Alerts.Ring();
    }
}
