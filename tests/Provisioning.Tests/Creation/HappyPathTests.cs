using Provisioning.Health;
using Provisioning.Tests.Support;
using Sandbox.Panel;
using Shared.Claims;
using Shared.Jobs;

namespace Provisioning.Tests.Creation;

public class HappyPathTests
{
    [Theory]
    [InlineData("nodejs")]
    [InlineData("python")]
    public async Task Claim_becomes_active_with_one_user_one_server_and_a_password_that_works(string template)
    {
        await using var bench = await Bench.StartAsync();

        var claim = await bench.CreateAsync(template: template);

        Assert.Equal(ClaimState.Active, claim.State);
        World.HoldsExactlyOneOf(bench.Panel, claim);
        var handover = Assert.Single(Handover.In(await bench.ReadMessagesAsync()));
        Assert.Equal(32, handover.Password.Length);
        Assert.True(bench.Panel.CanLogIn(handover.Username, handover.Password));
        Assert.True(await bench.Get<IPortProbe>().StaysOpenAsync(claim.Address!, claim.Port!.Value, CancellationToken.None));
        Assert.Empty(bench.Alerts.Raised);
    }

    [Fact]
    public async Task Clean_claim_costs_four_calls_and_its_share_of_the_polls()
    {
        await using var bench = await Bench.StartAsync();

        await bench.CreateAsync();

        var counts = bench.Panel.Log.CountsByRoute();
        Assert.Equal(
            ["GET /nodes", "GET /servers", "GET /users/external/{external}", "POST /servers", "POST /users"],
            counts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(4, counts.Where(count => count.Key != "GET /servers").Sum(count => count.Value));
        Assert.InRange(counts["GET /servers"], 1, 2);
    }

    [Fact]
    public async Task Claim_is_not_active_before_the_port_answers()
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { InstallTime = TimeSpan.FromMinutes(3) });
        var claim = await bench.ClaimAsync();

        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(2);)
        {
            var next = Assert.IsType<NextStep.After>(await bench.StepAsync(ClaimJob.Create, claim.Id));
            bench.Time.Advance(next.Delay);
            passed += next.Delay;
        }

        Assert.Equal((ClaimState.Creating, CreationStep.Installation), ((await bench.FindAsync(claim.Id)).State, (await bench.FindAsync(claim.Id)).Step));
        Assert.Equal(ClaimState.Active, (await bench.RunAsync(ClaimJob.Create, claim.Id)).State);
    }

    [Fact]
    public async Task Several_pending_installs_share_one_poll()
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { InstallTime = TimeSpan.FromMinutes(2) });
        var claims = new List<Claim>();
        for (var i = 0; i < 5; i++)
        {
            var claim = await bench.ClaimAsync($"member{i}", $"628000100001{i}");
            while ((await bench.FindAsync(claim.Id)).Step != CreationStep.Installation)
            {
                await bench.StepAsync(ClaimJob.Create, claim.Id);
            }

            claims.Add(claim);
        }

        foreach (var claim in claims)
        {
            await bench.StepAsync(ClaimJob.Create, claim.Id);
        }

        Assert.Equal(1, bench.Panel.Log.Count("GET /servers"));
    }

    [Fact]
    public async Task Template_sends_every_variable_and_leaves_oom_disabled_to_the_panel()
    {
        await using var bench = await Bench.StartAsync();

        var claim = await bench.CreateAsync();

        var server = bench.Panel.Read(world => world.Servers.Single(row => row.Id == claim.PanelServerId));
        Assert.Equal("index.js", server.Environment["MAIN_FILE"]);
        Assert.Equal((512, 1024, 50), (server.Memory, server.Disk, server.Cpu));
        Assert.True(server.StartOnCompletion);
    }
}
