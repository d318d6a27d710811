using Sandbox.Control;
using Sandbox.Panel;

namespace Sandbox.Run;

/// <summary>Copies the panel's changing requests to the timeline; reads would drown the rest.</summary>
internal sealed class PanelPump(SimulatedPanel panel, Timeline timeline)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var seen = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var entries = panel.Log.Entries;
                foreach (var entry in entries.Skip(seen).Where(entry => !entry.Route.StartsWith("GET", StringComparison.Ordinal)))
                {
                    timeline.Add("panel", entry.Status == 0 ? $"{entry.Route}: connection cut" : $"{entry.Route}: {entry.Status}");
                }

                seen = entries.Count;
            }
        }
        catch (OperationCanceledException)
        {
            // the sandbox stops
        }
    }
}
