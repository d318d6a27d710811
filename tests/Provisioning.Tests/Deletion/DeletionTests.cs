using Provisioning.Health;
using Provisioning.Tests.Creation;
using Provisioning.Tests.Support;
using Sandbox.Panel;
using Sandbox.Panel.Faults;
using Shared.Claims;
using Shared.Grace;
using Shared.Jobs;
using Shared.Membership;

namespace Provisioning.Tests.Deletion;

public class DeletionTests
{
    [Fact]
    public async Task Used_up_grace_takes_server_and_user_down_in_order()
    {
        await using var bench = await Bench.StartAsync();
        var claim = await LeftAndDueAsync(bench);

        var deleted = await bench.RunAsync(ClaimJob.Delete, claim.Id);

        Assert.Equal(ClaimState.Deleted, deleted.State);
        World.HoldsNothingOf(bench.Panel, deleted);
        var changes = bench.Panel.Log.Entries.Select(entry => entry.Route).Where(route => route.StartsWith("DELETE", StringComparison.Ordinal) || route.EndsWith("suspend", StringComparison.Ordinal));
        Assert.Equal(["POST /servers/{server}/suspend", "DELETE /servers/{server}", "DELETE /users/{user}"], changes);
        Assert.False(await bench.Get<IPortProbe>().StaysOpenAsync(claim.Address!, claim.Port!.Value, CancellationToken.None));
    }

    [Fact]
    public async Task Server_runs_untouched_through_the_grace_period()
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.CreateAsync();
        await bench.LeaveAsync(claim);
        await bench.ObserveAsync(TimeSpan.FromMinutes(239));

        var held = await bench.RunAsync(ClaimJob.Delete, claim.Id);

        Assert.Equal((ClaimState.Deleting, DeletionStep.Waiting), (held.State, held.DeletionStep));
        Assert.True(await bench.Get<IPortProbe>().StaysOpenAsync(claim.Address!, claim.Port!.Value, CancellationToken.None));
    }

    [Theory]
    [InlineData(Presence.Unknown)]
    [InlineData(Presence.Present)]
    public async Task Nothing_is_taken_down_while_the_absence_is_not_proven(Presence presence)
    {
        await using var bench = await Bench.StartAsync();
        var claim = await LeftAndDueAsync(bench);
        bench.Membership.Answer = presence;

        for (var i = 0; i < 5; i++)
        {
            bench.Time.Advance(Assert.IsType<NextStep.After>(await bench.StepAsync(ClaimJob.Delete, claim.Id)).Delay);
        }

        Assert.Equal(0, bench.Panel.Log.Count("POST /servers/{server}/suspend"));
        World.HoldsExactlyOneOf(bench.Panel, claim);
    }

    [Fact]
    public async Task Freeze_stops_a_deletion_that_has_begun()
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { StopTime = TimeSpan.FromSeconds(30) });
        var claim = await LeftAndDueAsync(bench);
        while ((await bench.FindAsync(claim.Id)).DeletionStep != DeletionStep.PortClosed)
        {
            await bench.StepAsync(ClaimJob.Delete, claim.Id);
        }

        await bench.Get<IDeletionBreaker>().FreezeAsync(FreezeReason.ClockJump, "test", CancellationToken.None);
        await bench.RunAsync(ClaimJob.Delete, claim.Id);

        World.HoldsExactlyOneOf(bench.Panel, claim);
        Assert.Equal(0, bench.Panel.Log.Count("DELETE /servers/{server}"));
    }

    [Fact]
    public async Task Server_is_deleted_only_after_its_port_is_closed()
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { StopTime = TimeSpan.FromSeconds(50) });
        var claim = await LeftAndDueAsync(bench);
        var begun = bench.Time.GetUtcNow();

        await bench.RunAsync(ClaimJob.Delete, claim.Id);

        var deleted = bench.Panel.Log.Entries.Single(entry => entry.Route == "DELETE /servers/{server}");
        Assert.True(deleted.At - begun >= TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task User_who_owns_another_server_is_kept_with_it()
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.CreateAsync();
        OwnershipTests.GiveServer(bench.Panel, claim.PanelUserId!.Value);
        await bench.LeaveAsync(claim);
        await bench.ObserveAsync(TimeSpan.FromHours(4));

        var deleted = await bench.RunAsync(ClaimJob.Delete, claim.Id);

        Assert.Equal(ClaimState.Deleted, deleted.State);
        Assert.Contains(bench.Panel.Strangers(world => world.Users), user => user.Id == claim.PanelUserId);
        Assert.Equal("by hand", Assert.Single(bench.Panel.Strangers(world => world.Servers)).Name);
    }

    [Fact]
    public async Task Node_that_stays_down_holds_the_deletion_for_an_operator_and_is_never_forced()
    {
        await using var bench = await Bench.StartAsync();
        var claim = await LeftAndDueAsync(bench);
        bench.Panel.Change(world => world.NodeOf(world.Servers.Single()).DaemonDown = true);

        var held = await bench.RunAsync(ClaimJob.Delete, claim.Id);

        Assert.True(held.DeletionHeld);
        World.HoldsExactlyOneOf(bench.Panel, claim);
        Assert.Equal(0, bench.Panel.Log.Count("DELETE /servers/{server}/{how}"));
        bench.Panel.Change(world => world.NodeOf(world.Servers.Single()).DaemonDown = false);
        await bench.ClaimService.ResumeDeletionAsync(held.Ref, CancellationToken.None);
        Assert.Equal(ClaimState.Deleted, (await bench.RunAsync(ClaimJob.Delete, claim.Id)).State);
    }

    [Theory]
    [InlineData("POST /servers/{server}/suspend", PanelFaultKind.LoseAnswer)]
    [InlineData("POST /servers/{server}/suspend", PanelFaultKind.DaemonDown)]
    [InlineData("DELETE /servers/{server}", PanelFaultKind.LoseAnswer)]
    [InlineData("DELETE /servers/{server}", PanelFaultKind.ServerError)]
    [InlineData("DELETE /servers/{server}", PanelFaultKind.DaemonDown)]
    [InlineData("DELETE /users/{user}", PanelFaultKind.LoseAnswer)]
    [InlineData("DELETE /users/{user}", PanelFaultKind.HtmlBody)]
    [InlineData("GET /servers/external/{external}", PanelFaultKind.HtmlBody)]
    public async Task One_fault_is_survived_and_nothing_is_left(string route, PanelFaultKind kind)
    {
        await using var bench = await Bench.StartAsync();
        var claim = await LeftAndDueAsync(bench);
        bench.Panel.Faults.Add(new PanelFault(kind, route));

        var deleted = await bench.RunAsync(ClaimJob.Delete, claim.Id);

        Assert.Equal(ClaimState.Deleted, deleted.State);
        World.HoldsNothingOf(bench.Panel, deleted);
    }

    [Theory]
    [InlineData(CreationStep.Account)]
    [InlineData(CreationStep.Server)]
    [InlineData(CreationStep.Installation)]
    public async Task Member_who_leaves_while_creating_is_cleaned_up_after_the_install_has_ended(CreationStep step)
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { InstallTime = TimeSpan.FromMinutes(2) });
        var claim = await bench.ClaimAsync();
        while ((await bench.FindAsync(claim.Id)).Step != step)
        {
            await bench.StepAsync(ClaimJob.Create, claim.Id);
        }

        await bench.LeaveAsync(claim);
        Assert.Equal(NextStep.Done, await bench.StepAsync(ClaimJob.Create, claim.Id));
        var deleted = await bench.RunAsync(ClaimJob.Delete, claim.Id);

        Assert.Equal(ClaimState.Deleted, deleted.State);
        World.HoldsNothingOf(bench.Panel, deleted);
        Assert.DoesNotContain(bench.Panel.Log.Entries, entry => entry.Route == "POST /servers/{server}/suspend" && step == CreationStep.Installation && entry.At < deleted.CreatedAt + TimeSpan.FromMinutes(2));
        Assert.Contains("CleanedUp", await bench.ReadMessagesAsync());
    }

    [Fact]
    public async Task Server_that_appears_after_the_member_left_is_found_and_removed()
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.ClaimAsync();
        while ((await bench.FindAsync(claim.Id)).Step != CreationStep.Server)
        {
            await bench.StepAsync(ClaimJob.Create, claim.Id);
        }

        bench.Panel.Faults.Add(new PanelFault(PanelFaultKind.AppearLater, "POST /servers") { Delay = TimeSpan.FromSeconds(25) });
        await bench.StepAsync(ClaimJob.Create, claim.Id);
        await bench.LeaveAsync(claim);

        var deleted = await bench.RunAsync(ClaimJob.Delete, claim.Id);
        bench.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(ClaimState.Deleted, deleted.State);
        World.HoldsNothingOf(bench.Panel, deleted);
    }

    [Theory]
    [InlineData(Presence.Present)]
    [InlineData(Presence.Unknown)]
    public async Task Member_who_is_back_before_a_delayed_delete_keeps_the_server_until_an_operator_has_decided(Presence seen)
    {
        await using var bench = await Bench.StartAsync();
        var claim = await LeftAndDueAsync(bench);
        while ((await bench.FindAsync(claim.Id)).DeletionStep != DeletionStep.Server)
        {
            await bench.StepAsync(ClaimJob.Delete, claim.Id);
        }

        bench.Membership.Answer = seen;
        for (var i = 0; i < 3 && await bench.StepAsync(ClaimJob.Delete, claim.Id) is NextStep.After after; i++)
        {
            bench.Time.Advance(after.Delay);
        }

        var held = await bench.FindAsync(claim.Id);
        Assert.Equal(seen == Presence.Present, held is { DeletionHeld: true, FailureCode: FailureCodes.Returned });
        World.HoldsExactlyOneOf(bench.Panel, claim);
        Assert.Equal(0, bench.Panel.Log.Count("DELETE /servers/{server}"));
        if (seen == Presence.Present)
        {
            await bench.ClaimService.ResumeDeletionAsync(held.Ref, CancellationToken.None); // the operator's word
            Assert.Equal(ClaimState.Deleted, (await bench.RunAsync(ClaimJob.Delete, claim.Id)).State);
        }
    }

    [Fact]
    public async Task Server_that_changed_hands_is_not_deleted()
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.CreateAsync();
        var other = await bench.CreateAsync("dewi", "6280001000002");
        bench.Panel.Change(world => world.Servers.Single(server => server.Id == claim.PanelServerId).UserId = other.PanelUserId!.Value);
        await bench.LeaveAsync(claim);
        await bench.ObserveAsync(TimeSpan.FromHours(4));

        var held = await bench.RunAsync(ClaimJob.Delete, claim.Id);

        Assert.True(held.DeletionHeld);
        Assert.Equal(2, bench.Panel.Strangers(world => world.Servers).Length);
    }

    private static async Task<Claim> LeftAndDueAsync(Bench bench)
    {
        var claim = await bench.CreateAsync();
        Assert.Equal(ClaimState.Active, claim.State);
        await bench.LeaveAsync(claim);
        await bench.ObserveAsync(TimeSpan.FromHours(4));
        return claim;
    }
}
