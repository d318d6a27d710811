using Provisioning.Tests.Support;
using Sandbox.Panel;
using Shared.Claims;
using Shared.Jobs;
using Shared.Options;
using Shared.Ports;

namespace Provisioning.Tests.Servers;

/// <summary>No place, a place that only looks free, and a place an operator does not want.</summary>
public class FullPanelTests
{
    private static readonly SimulatedPanelOptions OnePort = new() { Nodes = 1, AllocationsPerNode = 1 };

    [Fact]
    public async Task Without_a_queue_the_second_of_two_for_the_last_port_fails_at_once_with_an_alert_and_gets_it_by_trying_again_later()
    {
        await using var bench = await Bench.StartAsync(OnePort);
        var first = await bench.CreateAsync("first", "6280001000001");
        var second = await bench.CreateAsync("second", "6280001000002");

        Assert.Equal((ClaimState.Active, ClaimState.Failed, FailureCodes.NoAllocation), (first.State, second.State, second.FailureCode));
        await DeleteAsync(bench, first);
        await bench.ClaimService.RetryAsync(second.Ref, CancellationToken.None);
        second = await bench.RunAsync(ClaimJob.Create, second.Id);

        Assert.Equal(ClaimState.Active, second.State);
        World.HoldsExactlyOneOf(bench.Panel, second);
    }

    [Fact]
    public async Task With_a_queue_places_go_to_who_came_first_and_everybody_hears_the_position()
    {
        await using var bench = await Bench.StartAsync(OnePort, new ClaimsOptions { QueueWhenFull = true });
        var first = await bench.CreateAsync("first", "6280001000001");
        var second = await bench.ClaimAsync("second", "6280001000002");
        var third = await bench.ClaimAsync("third", "6280001000003");
        foreach (var claim in new[] { second, third })
        {
            while (await bench.FindAsync(claim.Id) is { QueuedAt: null })
            {
                await bench.StepAsync(ClaimJob.Create, claim.Id);
            }

            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([second.Id, third.Id], (await bench.ClaimService.ListQueueAsync(CancellationToken.None)).Select(item => item.ClaimId));
        Assert.Equal(2, (await bench.ReadMessagesAsync()).Count(text => text == "Queued"));
        await DeleteAsync(bench, first);
        bench.Time.Advance(TimeSpan.FromMinutes(1));

        await bench.StepAsync(ClaimJob.Create, third.Id); // who looks first does not jump the line
        Assert.Null((await bench.FindAsync(third.Id)).AllocationId);
        Assert.Equal(ClaimState.Active, (await bench.RunAsync(ClaimJob.Create, second.Id)).State);
        Assert.Equal(third.Id, Assert.Single(await bench.ClaimService.ListQueueAsync(CancellationToken.None)).ClaimId);
        await DeleteAsync(bench, await bench.FindAsync(second.Id));
        Assert.Equal(ClaimState.Active, (await bench.RunAsync(ClaimJob.Create, third.Id)).State);
    }

    [Fact]
    public async Task Waiting_in_line_behind_others_costs_the_panel_nothing()
    {
        await using var bench = await Bench.StartAsync(OnePort, new ClaimsOptions { QueueWhenFull = true });
        await bench.CreateAsync("first", "6280001000001");
        var second = await bench.ClaimAsync("second", "6280001000002");
        var third = await bench.ClaimAsync("third", "6280001000003");
        while (await bench.FindAsync(second.Id) is { QueuedAt: null })
        {
            await bench.StepAsync(ClaimJob.Create, second.Id);
        }

        bench.Time.Advance(TimeSpan.FromSeconds(1));
        while (await bench.FindAsync(third.Id) is { QueuedAt: null })
        {
            await bench.StepAsync(ClaimJob.Create, third.Id);
        }

        var before = bench.Panel.Log.Entries.Count;
        for (var i = 0; i < 5; i++)
        {
            bench.Time.Advance(TimeSpan.FromMinutes(1));
            await bench.StepAsync(ClaimJob.Create, third.Id);
        }

        Assert.Equal(before, bench.Panel.Log.Entries.Count);
    }

    [Fact]
    public async Task Port_of_a_server_that_was_deleted_by_force_is_not_given_out_before_an_operator_has_looked()
    {
        await using var bench = await Bench.StartAsync(OnePort);
        var claim = await bench.CreateAsync();
        await bench.LeaveAsync(claim);
        await bench.ObserveAsync(TimeSpan.FromHours(4));
        bench.Panel.Change(world => world.Nodes.Single().DaemonDown = true);
        var held = await bench.RunAsync(ClaimJob.Delete, claim.Id);
        Assert.True(held.DeletionHeld);
        bench.Panel.Change(world => world.Remove(world.Servers.Single())); // what "force" does: the row goes, the container stays
        bench.Panel.Change(world => world.Nodes.Single().DaemonDown = false);

        await bench.ClaimService.ResumeDeletionAsync(held.Ref, CancellationToken.None);
        Assert.Equal(ClaimState.Deleted, (await bench.RunAsync(ClaimJob.Delete, claim.Id)).State);

        var port = Assert.Single(await bench.Get<IPortQuarantine>().ListAsync(CancellationToken.None));
        Assert.Equal((claim.AllocationId, (Guid?)claim.Id), ((int?)port.AllocationId, port.ClaimId));
        var next = await bench.CreateAsync("next", "6280001000002");
        Assert.Equal((ClaimState.Failed, FailureCodes.NoAllocation), (next.State, next.FailureCode));
        Assert.True(await bench.Get<IPortQuarantine>().ReleaseAsync(port.AllocationId, CancellationToken.None));
        await bench.ClaimService.RetryAsync(next.Ref, CancellationToken.None);
        Assert.Equal(ClaimState.Active, (await bench.RunAsync(ClaimJob.Create, next.Id)).State);
    }

    [Fact]
    public async Task Port_of_a_server_that_we_deleted_is_free_at_once()
    {
        await using var bench = await Bench.StartAsync(OnePort);
        await DeleteAsync(bench, await bench.CreateAsync());

        Assert.Empty(await bench.Get<IPortQuarantine>().ListAsync(CancellationToken.None));
        Assert.Equal(ClaimState.Active, (await bench.CreateAsync("next", "6280001000002")).State);
    }

    [Fact]
    public async Task Failed_claim_is_tried_again_on_another_node_with_the_same_ids_and_the_old_server_is_removed_first()
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { Nodes = 2, AllocationsPerNode = 2 });
        bench.Panel.Faults.Add(new Sandbox.Panel.Faults.PanelFault(Sandbox.Panel.Faults.PanelFaultKind.InstallFails, "POST /servers"));
        var failed = await bench.CreateAsync();
        Assert.Equal(ClaimState.Failed, failed.State);

        Assert.True((await bench.ClaimService.RetryElsewhereAsync(failed.Ref, CancellationToken.None)).IsDone);
        var claim = await bench.RunAsync(ClaimJob.Create, failed.Id);

        Assert.Equal((ClaimState.Active, failed.Id, failed.PanelUserId), (claim.State, claim.Id, claim.PanelUserId));
        Assert.NotEqual(failed.NodeId, claim.NodeId);
        World.HoldsExactlyOneOf(bench.Panel, claim);
    }

    [Fact]
    public async Task Without_another_node_trying_elsewhere_fails_and_says_so()
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { Nodes = 1, AllocationsPerNode = 2 });
        bench.Panel.Faults.Add(new Sandbox.Panel.Faults.PanelFault(Sandbox.Panel.Faults.PanelFaultKind.PortNeverOpens, "POST /servers"));
        var failed = await bench.CreateAsync();

        await bench.ClaimService.RetryElsewhereAsync(failed.Ref, CancellationToken.None);
        var again = await bench.RunAsync(ClaimJob.Create, failed.Id);

        Assert.Equal((ClaimState.Failed, FailureCodes.NodeFull), (again.State, again.FailureCode));
    }

    private static async Task DeleteAsync(Bench bench, Claim claim)
    {
        await bench.LeaveAsync(claim);
        await bench.ObserveAsync(TimeSpan.FromHours(4));
        Assert.Equal(ClaimState.Deleted, (await bench.RunAsync(ClaimJob.Delete, claim.Id)).State);
    }
}
