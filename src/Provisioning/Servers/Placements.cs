using Provisioning.Panel;
using Shared.Claims;
using Shared.Options;
using Shared.Templates;

namespace Provisioning.Servers;

/// <summary>Chooses a place and leases it to the claim; one claim at a time, so that two of ours never count the same free memory.</summary>
internal sealed class Placements(IClaimService claims, NodeList list, TemplateSet templates, PanelOptions options, ClaimsOptions tier) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);

    /// <returns>The lease's change and the place; or why there is none.</returns>
    public async Task<(ClaimChange? Leased, string? FailureCode)> LeaseAsync(Claim claim, ServerTemplate template, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            while (true)
            {
                var (nodes, isFresh) = await list.GetAsync(ct);
                var (leased, failure) = await LeaseAsync(claim, template, nodes, ct);
                if (leased is not null || isFresh)
                {
                    return (leased, failure);
                }

                list.Forget(); // nobody is told "full" by a list of some seconds ago
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Somebody else was faster on a port: choose by what the panel says now.</summary>
    public void Forget() => list.Forget();

    /// <summary>Where a server found on the panel is reached; null when its allocation cannot be found.</summary>
    public async Task<Placement?> FindAsync(PanelServer server, CancellationToken ct) =>
        (from node in (await list.GetAsync(ct)).Nodes
         where node.Id == server.Node
         from allocation in Allocations(node)
         where allocation.Id == server.Allocation && allocation.Port is not null
         let address = PlacementChoice.AddressOf(node, allocation)
         where address is not null
         select new Placement(node.Id, allocation.Id, address, allocation.Port!.Value)).FirstOrDefault();

    public void Dispose() => gate.Dispose();

    private async Task<(ClaimChange? Leased, string? FailureCode)> LeaseAsync(Claim claim, ServerTemplate template, IReadOnlyList<PanelNode> nodes, CancellationToken ct)
    {
        var assigned = nodes.SelectMany(Allocations).Where(allocation => allocation.Assigned == true).Select(allocation => allocation.Id).ToHashSet();
        // A port of ours that the panel still shows free: its server is in none of the panel's sums yet.
        var waiting = (await claims.ListAsync(ClaimState.Creating, ct)).Where(other => other.Id != claim.Id && other.AllocationId is { } leased && !assigned.Contains(leased)).ToList();
        var (places, failure) = PlacementChoice.Choose(
            nodes,
            options.LocationId,
            ServerSize.Of(claim, template, tier),
            nodeId => Sum(waiting.Where(other => other.NodeId == nodeId)),
            await claims.ListLeasedAllocationsAsync(ct),
            claim.AllocationId,
            claim.AvoidNodeId);
        foreach (var place in places)
        {
            if (place.AllocationId == claim.AllocationId)
            {
                return (new ClaimChange(ClaimOutcome.Done, claim), null);
            }

            var leased = await claims.LeaseAllocationAsync(claim.Ref, place.NodeId, place.AllocationId, place.Address, place.Port, ct);
            if (leased.Outcome != ClaimOutcome.NotAllowed)
            {
                return (leased, null);
            }
        }

        return (null, failure ?? FailureCodes.NoAllocation);
    }

    private static IEnumerable<PanelAllocation> Allocations(PanelNode node) =>
        (node.Relationships?.Allocations?.Data ?? []).Select(item => item.Attributes).OfType<PanelAllocation>();

    private ServerSize Sum(IEnumerable<Claim> waiting) => waiting
        .Select(claim => templates.Find(claim.Template) is { } template ? ServerSize.Of(claim, template, tier) : new ServerSize(tier.MemoryMiB, tier.DiskMiB, tier.CpuPercent))
        .Aggregate(new ServerSize(0, 0, 0), (sum, size) => new ServerSize(sum.MemoryMiB + size.MemoryMiB, sum.DiskMiB + size.DiskMiB, sum.CpuPercent + size.CpuPercent));
}
