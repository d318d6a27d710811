using Sandbox.Panel.Nodes;

namespace Sandbox.Panel.State;

/// <summary>The world behind one lock. Every change is on disk before anybody hears of it; time's own changes come by a timer.</summary>
internal sealed class PanelCore : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly PanelWorld world;
    private readonly PanelStateFile? file;
    private readonly ServerPorts? ports;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private bool disposed;

    public PanelCore(PanelWorld world, PanelStateFile? file, ServerPorts? ports, TimeProvider time)
    {
        (this.world, this.file, this.ports, this.time) = (world, file, ports, time);
        timer = time.CreateTimer(_ => Run(static world => world), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Run(static world => world);
    }

    public T Read<T>(Func<PanelWorld, T> read)
    {
        lock (gate)
        {
            return read(world);
        }
    }

    /// <summary>Brings the world up to the clock, does the work, saves, and lets the nodes follow.</summary>
    public T Run<T>(Func<PanelWorld, T> work)
    {
        lock (gate)
        {
            try
            {
                ServerLife.Advance(world, time.GetUtcNow());
                return work(world);
            }
            finally
            {
                ServerLife.Advance(world, time.GetUtcNow());
                if (!disposed)
                {
                    file?.Save(world);
                    Wake(ports?.Follow(world) ?? false);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            disposed = true;
        }

        await timer.DisposeAsync();
        if (ports is not null)
        {
            await ports.DisposeAsync();
        }
    }

    private void Wake(bool portsMissing)
    {
        var due = ServerLife.NextChange(world);
        if (portsMissing)
        {
            var again = time.GetUtcNow() + TimeSpan.FromSeconds(1); // the port's last user may be on its way out
            due = due is null || again < due ? again : due;
        }

        if (due is { } at)
        {
            var wait = at - time.GetUtcNow();
            timer.Change(wait > TimeSpan.Zero ? wait + TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }
}
