using Provisioning.Panel;
using Shared.Claims;
using Shared.Options;
using Shared.Templates;

namespace Provisioning.Servers;

/// <summary>One port of one node.</summary>
internal sealed record Placement(int NodeId, int AllocationId, string Address, int Port);

/// <summary>What a server takes: the template's limits where it names any, else the standard tier.</summary>
internal sealed record ServerSize(int MemoryMiB, int DiskMiB, int CpuPercent)
{
    public static ServerSize Of(ServerTemplate template, ClaimsOptions tier) => new(
        template.Limits.MemoryMiB ?? tier.MemoryMiB,
        template.Limits.DiskMiB ?? tier.DiskMiB,
        template.Limits.CpuPercent ?? tier.CpuPercent);

    /// <summary>An upgraded claim has limits of its own.</summary>
    public static ServerSize Of(Claim claim, ServerTemplate template, ClaimsOptions tier)
    {
        var usual = Of(template, tier);
        return new ServerSize(claim.MemoryMiB ?? usual.MemoryMiB, claim.DiskMiB ?? usual.DiskMiB, claim.CpuPercent ?? usual.CpuPercent);
    }
}

/// <summary>The pure choice of a place. The panel checks no capacity when an allocation is named, so the sums are done here.</summary>
internal static class PlacementChoice
{
    /// <param name="nodes">All nodes with their allocations.</param>
    /// <param name="reserved">What claims of ours will take on a node and the panel does not know of yet.</param>
    /// <param name="leased">Allocations that claims of ours have leased.</param>
    /// <param name="own">This claim's earlier lease: kept while it is free.</param>
    /// <param name="avoid">A node an operator wants left out.</param>
    /// <returns>Places in order of preference; and why there is none.</returns>
    public static (IReadOnlyList<Placement> Places, string? FailureCode) Choose(
        IEnumerable<PanelNode> nodes, int locationId, ServerSize wanted, Func<int, ServerSize> reserved, IReadOnlySet<int> leased, int? own, int? avoid = null)
    {
        var fitting = nodes
            .Where(node => node.LocationId == locationId && node.Id != avoid && node.Public != false && node.MaintenanceMode != true)
            .Select(node => (Node: node, Left: MemoryLeft(node, wanted, reserved(node.Id))))
            .Where(item => item.Left is >= 0)
            .OrderByDescending(item => item.Left)
            .ThenBy(item => item.Node.Id)
            .Select(item => item.Node)
            .ToList();
        var places = fitting
            .SelectMany(node => Free(node).Where(place => place.AllocationId == own || !leased.Contains(place.AllocationId)))
            .OrderBy(place => place.AllocationId == own ? 0 : 1) // stable: else in the order of the nodes
            .ToList();
        return (places, (fitting.Count, places.Count) switch
        {
            (0, _) => FailureCodes.NodeFull,
            (_, 0) => FailureCodes.NoAllocation,
            _ => null,
        });
    }

    /// <summary>Where members and the health check reach an allocation: its alias, else its address if that names one, else the node.</summary>
    public static string? AddressOf(PanelNode node, PanelAllocation allocation)
    {
        if (!string.IsNullOrEmpty(allocation.Alias))
        {
            return allocation.Alias;
        }

        return allocation.Ip is null or "" or "0.0.0.0" or "::" ? node.Fqdn : allocation.Ip;
    }

    private static IEnumerable<Placement> Free(PanelNode node) =>
        from item in node.Relationships?.Allocations?.Data ?? []
        let allocation = item.Attributes
        where allocation is { Id: > 0, Assigned: false, Port: > 0 }
        let address = AddressOf(node, allocation)
        where !string.IsNullOrEmpty(address)
        orderby allocation.Id
        select new Placement(node.Id, allocation.Id, address, allocation.Port!.Value);

    // The panel's own rule: allocated + wanted <= total * (1 + overallocate / 100). Null: does not fit, or the node says too little.
    private static double? MemoryLeft(PanelNode node, ServerSize wanted, ServerSize reserved)
    {
        var memory = Limit(node.Memory, node.MemoryOverallocate) - (node.AllocatedResources?.Memory ?? 0) - reserved.MemoryMiB - wanted.MemoryMiB;
        var disk = Limit(node.Disk, node.DiskOverallocate) - (node.AllocatedResources?.Disk ?? 0) - reserved.DiskMiB - wanted.DiskMiB;
        return memory >= 0 && disk >= 0 ? memory : null;
    }

    private static double? Limit(double? total, double? overallocate) => total * (1 + ((overallocate ?? 0) / 100));
}
