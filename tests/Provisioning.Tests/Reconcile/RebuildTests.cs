using Provisioning.Tests.Support;
using Shared.Claims;

namespace Provisioning.Tests.Reconcile;

public class RebuildTests
{
    [Fact]
    public async Task Lost_table_is_rebuilt_by_the_command_and_only_when_it_is_told_to()
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.CreateAsync();
        await bench.LoseDatabaseAsync();
        string[] arguments =
        [
            "--EnvFile", "none", "--Group:TargetIds", Bench.Group, "--Panel:BaseAddress", bench.Panel.BaseAddress.ToString(), "--Panel:ApiKey", bench.Panel.ApiKey, "--Panel:LocationId", "1",
            "--Database:Folder", bench.Folder, "--WhatsApp:Folder", Path.Combine(bench.Folder, "auth_state"), "--Templates:Folder", Bench.TemplatePath, "--Web:Listen", "http://127.0.0.1:0",
        ];

        Assert.Equal(0, await WaBot.WaBotHost.RunAsync(["rebuild", .. arguments]));
        Assert.Null(await bench.ClaimService.FindAsync(claim.Id, CancellationToken.None));
        Assert.Equal(0, await WaBot.WaBotHost.RunAsync(["rebuild", "--apply", .. arguments]));

        Assert.Equal((ClaimState.Active, claim.PanelServerId), ((await bench.FindAsync(claim.Id)).State, (await bench.FindAsync(claim.Id)).PanelServerId));
        World.HoldsExactlyOneOf(bench.Panel, claim);
        await bench.Panel.SetReachableAsync(false);
        Assert.Equal(69, await WaBot.WaBotHost.RunAsync(["rebuild", "--apply", .. arguments]));
    }
}
