using System.Collections.Concurrent;
using Sandbox.Service.State;

namespace Sandbox.Service;

/// <summary>What clients asked for that this service does not know: the list of what to build next.</summary>
internal sealed class DriftCounter
{
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <param name="name">Tag and namespace only, never values.</param>
    /// <param name="timeline">Told as well.</param>
    public void Count(string name, Timeline timeline)
    {
        _counts.AddOrUpdate(name, 1, (_, count) => count + 1);
        timeline.Add(WorldEventKinds.Drift, null, name);
    }
}
