using Provisioning.Panel;

namespace Provisioning.Servers;

/// <summary>
/// The nodes with their ports, read at most once every few seconds however many claims look for a place. Between two reads our own leases tell what has
/// changed; what others took meanwhile the panel refuses, and then the next look is a fresh one.
/// </summary>
internal sealed class NodeList(PanelClient panel, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(3);
    private readonly SemaphoreSlim gate = new(1, 1);
    private IReadOnlyList<PanelNode>? nodes;
    private long readAt;

    /// <returns>The nodes, and whether they were read just now.</returns>
    public async Task<(IReadOnlyList<PanelNode> Nodes, bool IsFresh)> GetAsync(CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (nodes is { } known && time.GetElapsedTime(readAt) < Freshness)
            {
                return (known, false);
            }

            var asked = time.GetTimestamp();
            nodes = await panel.ListNodesAsync(ct);
            readAt = asked;
            return (nodes, true);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>What was read has turned out to be out of date.</summary>
    public void Forget() => nodes = null;

    public void Dispose() => gate.Dispose();
}
