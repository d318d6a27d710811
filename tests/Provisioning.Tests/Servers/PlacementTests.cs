using Provisioning.Panel;
using Provisioning.Servers;
using Provisioning.Tests.Support;
using Sandbox.Panel;
using Shared.Claims;

namespace Provisioning.Tests.Servers;

public class PlacementTests
{
    private static readonly ServerSize Wanted = new(512, 1024, 50);
    private static readonly ServerSize Nothing = new(0, 0, 0);

    [Fact]
    public void Node_with_the_most_free_memory_comes_first_and_its_lowest_free_port()
    {
        var (places, failure) = Choose([Node(1, 2048, 1024, Port(11)), Node(2, 8192, 1024, Port(22), Port(21))]);

        Assert.Null(failure);
        Assert.Equal([21, 22, 11], places.Select(place => place.AllocationId));
    }

    [Theory]
    [InlineData(512, 0, 0, true)] // exactly full
    [InlineData(511, 0, 0, false)]
    [InlineData(511, 1, 0, true)] // 511 * 1.01
    [InlineData(512, -1, 0, false)] // -1 is 99 %, not "unlimited"
    [InlineData(1023, 0, 512, false)] // what claims of ours will take counts too
    [InlineData(1024, 0, 512, true)]
    public void Capacity_follows_the_panels_own_rule(int memory, int overallocate, int reserved, bool fits)
    {
        var node = Node(1, memory, 4096, Port(11)) with { MemoryOverallocate = overallocate };

        var (places, failure) = PlacementChoice.Choose([node], 1, Wanted, _ => new ServerSize(reserved, 0, 0), new HashSet<int>(), null);

        Assert.Equal(fits, places.Count == 1);
        Assert.Equal(fits ? null : FailureCodes.NodeFull, failure);
    }

    [Fact]
    public void Nodes_elsewhere_hidden_or_in_maintenance_and_leased_ports_are_passed_over()
    {
        var nodes = new[]
        {
            Node(1, 9000, 9000, Port(11)) with { LocationId = 2 },
            Node(2, 9000, 9000, Port(21)) with { Public = false },
            Node(3, 9000, 9000, Port(31)) with { MaintenanceMode = true },
            Node(4, 9000, 9000, Port(41)),
        };

        var (places, failure) = PlacementChoice.Choose(nodes, 1, Wanted, _ => Nothing, new HashSet<int> { 41 }, null);

        Assert.Empty(places);
        Assert.Equal(FailureCodes.NoAllocation, failure);
    }

    [Fact]
    public void Own_lease_is_kept_while_its_port_is_free()
    {
        var (places, _) = PlacementChoice.Choose([Node(1, 9000, 9000, Port(11), Port(12))], 1, Wanted, _ => Nothing, new HashSet<int> { 12 }, own: 12);

        Assert.Equal(12, places[0].AllocationId);
    }

    [Theory]
    [InlineData("play.example.invalid", "0.0.0.0", "play.example.invalid")]
    [InlineData(null, "192.0.2.7", "192.0.2.7")]
    [InlineData(null, "0.0.0.0", "node.example.invalid")]
    public void Address_is_the_alias_then_the_ip_then_the_nodes_name(string? alias, string ip, string address) =>
        Assert.Equal(address, PlacementChoice.AddressOf(Node(1, 1, 1), new PanelAllocation { Id = 1, Alias = alias, Ip = ip, Port = 1 }));

    [Theory]
    [InlineData(0, 16_384, FailureCodes.NoAllocation)]
    [InlineData(4, 256, FailureCodes.NodeFull)]
    public async Task Panel_without_a_place_fails_the_claim_at_once(int ports, int memory, string code)
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { AllocationsPerNode = ports, NodeMemoryMiB = memory });

        var failed = await bench.CreateAsync();

        Assert.Equal((ClaimState.Failed, code), (failed.State, failed.FailureCode));
        Assert.Equal(0, bench.Panel.Log.Count("POST /servers"));
    }

    [Fact]
    public async Task Claims_at_once_get_different_ports()
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { Nodes = 1, AllocationsPerNode = 4 });
        var claims = new List<Claim>();
        for (var i = 0; i < 4; i++)
        {
            claims.Add(await bench.ClaimAsync($"member{i}", $"628000100001{i}"));
        }

        await Task.WhenAll(claims.Select(async claim =>
        {
            while ((await bench.FindAsync(claim.Id)).Step < CreationStep.Installation)
            {
                await bench.StepAsync(Shared.Jobs.ClaimJob.Create, claim.Id);
            }
        }));

        var allocations = await Task.WhenAll(claims.Select(async claim => (await bench.FindAsync(claim.Id)).AllocationId));
        Assert.Equal(4, allocations.Distinct().Count());
        Assert.Equal(4, bench.Panel.Log.Count("POST /servers"));
    }

    private static (IReadOnlyList<Placement> Places, string? FailureCode) Choose(IEnumerable<PanelNode> nodes) =>
        PlacementChoice.Choose(nodes, 1, Wanted, _ => Nothing, new HashSet<int>(), null);

    private static PanelAllocation Port(int id) => new() { Id = id, Ip = "127.0.0.1", Port = 20_000 + id, Assigned = false };

    private static PanelNode Node(int id, int memory, int disk, params PanelAllocation[] ports) => new()
    {
        Id = id,
        LocationId = 1,
        Public = true,
        Fqdn = "node.example.invalid",
        Memory = memory,
        Disk = disk,
        Relationships = new PanelNodeRelations
        {
            Allocations = new PanelList<PanelAllocation> { Data = [.. ports.Select(port => new PanelItem<PanelAllocation> { Attributes = port })] },
        },
    };
}
