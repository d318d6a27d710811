using Provisioning.Panel;
using Shared.Claims;
using Shared.Options;
using Shared.Templates;

namespace Provisioning.Servers;

/// <summary>Chooses a place and leases it to the claim; one claim at a time, so that two of ours never count the same free memory.</summary>
internal sealed class Placements(IClaimService claims, PanelClient panel, TemplateSet templates, PanelOptions options, ClaimsOptions tier) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);

    /// <returns>The lease's change and the place; or why there is none.</returns>
    public async Task<(ClaimChange? Leased, string? FailureCode)> LeaseAsync(Claim claim, ServerTemplate template, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            var nodes = await panel.ListNodesAsync(ct);
            var waiting = (await claims.ListAsync(ClaimState.Creating, ct)).Where(other => other.Id != claim.Id && other.NodeId is not null && other.PanelServerId is null).ToList();
            var (places, failure) = PlacementChoice.Choose(
                nodes, options.LocationId, ServerSize.Of(template, tier), nodeId => Sum(waiting.Where(other => other.NodeId == nodeId)), await claims.ListLeasedAllocationsAsync(ct), claim.AllocationId);
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
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Where a server found on the panel is reached; null when its allocation cannot be found.</summary>
    public async Task<Placement?> FindAsync(PanelServer server, CancellationToken ct) =>
        (from node in await panel.ListNodesAsync(ct)
         where node.Id == server.Node
         from item in node.Relationships?.Allocations?.Data ?? []
         let allocation = item.Attributes
         where allocation is not null && allocation.Id == server.Allocation && allocation.Port is not null
         let address = PlacementChoice.AddressOf(node, allocation)
         where address is not null
         select new Placement(node.Id, allocation.Id, address, allocation.Port!.Value)).FirstOrDefault();

    public void Dispose() => gate.Dispose();

    private ServerSize Sum(IEnumerable<Claim> waiting) => waiting
        .Select(claim => templates.Find(claim.Template) is { } template ? ServerSize.Of(template, tier) : new ServerSize(tier.MemoryMiB, tier.DiskMiB, tier.CpuPercent))
        .Aggregate(new ServerSize(0, 0, 0), (sum, size) => new ServerSize(sum.MemoryMiB + size.MemoryMiB, sum.DiskMiB + size.DiskMiB, sum.CpuPercent + size.CpuPercent));
}
