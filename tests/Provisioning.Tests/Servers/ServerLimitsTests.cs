using Provisioning.Tests.Support;
using Sandbox.Panel;
using Shared.Operators;
using Shared.Reconcile;

namespace Provisioning.Tests.Servers;

public class ServerLimitsTests
{
    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData("panel.updateBuild.before")]
    [InlineData("panel.updateBuild.after")]
    public async Task Killed_around_an_upgrade_the_next_one_brings_the_panel_to_what_the_claim_says(string point)
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.CreateAsync();
        Assert.True((await bench.Get<IOperatorDesk>().UpgradeAsync(claim.Ref, 2048, null, 100, None)).IsDone);
        bench.FailPoints.KillAt = point;
        await Assert.ThrowsAsync<KilledException>(() => bench.Get<IServerLimits>().ApplyAsync(claim.Id, None));
        await bench.RestartAsync();
        var noticed = (await bench.Get<IReconciliation>().RunAsync(None))!.Findings.Select(finding => finding.Kind).ToList();

        Assert.Equal(AdoptOutcome.Done, await bench.Get<IServerLimits>().ApplyAsync(claim.Id, None));

        Assert.Equal(point.EndsWith("before", StringComparison.Ordinal) ? [FindingKind.LimitDrift] : [], noticed);
        Assert.Equal((2048, 1024, 100), bench.Panel.Read(world => world.Servers.Single() is var server ? (server.Memory, server.Disk, server.Cpu) : default));
        Assert.Empty((await bench.Get<IReconciliation>().RunAsync(None))!.Findings);
    }

    [Fact]
    public async Task Server_that_changed_hands_gets_no_new_limits()
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.CreateAsync();
        var other = await bench.CreateAsync("dewi", "6280001000002");
        bench.Panel.Change(world => world.Servers.Single(server => server.Id == claim.PanelServerId).UserId = other.PanelUserId!.Value);
        await bench.Get<IOperatorDesk>().UpgradeAsync(claim.Ref, 2048, null, null, None);

        Assert.Equal(AdoptOutcome.NotProved, await bench.Get<IServerLimits>().ApplyAsync(claim.Id, None));
        Assert.Equal(0, bench.Panel.Log.Count("PATCH /servers/{server}/build"));
    }
}
