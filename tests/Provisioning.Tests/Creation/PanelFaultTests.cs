using Provisioning.Steps;
using Provisioning.Tests.Support;
using Sandbox.Panel;
using Sandbox.Panel.Faults;
using Shared.Claims;
using Shared.Jobs;
using Shared.Options;

namespace Provisioning.Tests.Creation;

/// <summary>Each fault of the panel once, on each of the two creates: in the end there is exactly one user and one server, and the password works.</summary>
public class PanelFaultTests
{
    public static TheoryData<string, PanelFaultKind, int> OneFault()
    {
        var data = new TheoryData<string, PanelFaultKind, int>();
        string[] calls = ["GET /users/external/{external}", "POST /users", "GET /nodes", "POST /servers", "GET /servers"];
        foreach (var route in calls)
        {
            data.Add(route, PanelFaultKind.ServerError, 500);
            data.Add(route, PanelFaultKind.ServerError, 504);
            data.Add(route, PanelFaultKind.Maintenance, 503);
            data.Add(route, PanelFaultKind.HtmlBody, 502);
            data.Add(route, PanelFaultKind.HtmlBody, 200);
            data.Add(route, PanelFaultKind.TooManyRequests, 429);
            data.Add(route, PanelFaultKind.LoseAnswer, 0);
            data.Add(route, PanelFaultKind.FailAfterCommit, 500);
        }

        data.Add("POST /servers", PanelFaultKind.RollBackLater, 0);
        data.Add("POST /servers", PanelFaultKind.AppearLater, 504);
        data.Add("POST /servers", PanelFaultKind.AllocationTakenBefore, 422);
        data.Add("POST /servers", PanelFaultKind.AllocationTakenInGap, 500);
        data.Add("POST /servers", PanelFaultKind.DaemonDown, 504);
        data.Add("POST /users", PanelFaultKind.UsernameTaken, 422);
        return data;
    }

    [Theory]
    [MemberData(nameof(OneFault))]
    public async Task One_fault_leaves_exactly_one_user_and_one_server(string route, PanelFaultKind kind, int status)
    {
        await using var bench = await Bench.StartAsync();
        bench.Panel.Faults.Add(new PanelFault(kind, route) { Status = status, Delay = TimeSpan.FromSeconds(20) });

        var claim = await bench.CreateAsync();

        bench.Time.Advance(TimeSpan.FromMinutes(1)); // whatever the panel still had in hand
        Assert.Empty(bench.Panel.Faults.Active);
        Assert.Equal(ClaimState.Active, claim.State);
        World.HoldsExactlyOneOf(bench.Panel, claim);
        var handover = Assert.Single(Handover.In(await bench.ReadMessagesAsync()));
        Assert.True(bench.Panel.CanLogIn(handover.Username, handover.Password));
    }

    [Fact]
    public async Task Create_that_hangs_and_was_not_done_is_made_later()
    {
        await using var bench = await Bench.StartAsync(requestTimeout: TimeSpan.FromSeconds(2));
        bench.Panel.Faults.Add(new PanelFault(PanelFaultKind.Hang, "POST /servers"));

        var claim = await bench.CreateAsync();

        Assert.Equal(ClaimState.Active, claim.State);
        Assert.Equal(2, bench.Panel.Log.Count("POST /servers"));
        World.HoldsExactlyOneOf(bench.Panel, claim);
    }

    [Fact]
    public async Task Server_found_after_a_lost_answer_is_not_believed_before_the_panel_could_have_taken_it_back()
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { InstallTime = TimeSpan.FromMinutes(5) });
        bench.Panel.Faults.Add(new PanelFault(PanelFaultKind.RollBackLater, "POST /servers") { Delay = TimeSpan.FromSeconds(28) });
        var claim = await bench.ClaimAsync();
        var begun = bench.Time.GetUtcNow();

        while ((await bench.FindAsync(claim.Id)).Step != CreationStep.Installation)
        {
            var next = Assert.IsType<NextStep.After>(await bench.StepAsync(ClaimJob.Create, claim.Id));
            bench.Time.Advance(next.Delay);
        }

        Assert.True(bench.Time.GetUtcNow() - begun >= TimeSpan.FromSeconds(28));
        World.HoldsExactlyOneOf(bench.Panel, await bench.FindAsync(claim.Id));
    }

    [Theory]
    [InlineData("POST /users", CreationStep.Account)]
    [InlineData("POST /servers", CreationStep.Server)]
    [InlineData("GET /servers", CreationStep.Installation)]
    public async Task Three_answered_failures_of_a_step_fail_the_claim_and_another_try_uses_the_same_ids(string route, CreationStep step)
    {
        await using var bench = await Bench.StartAsync();
        bench.Panel.Faults.Add(new PanelFault(PanelFaultKind.Maintenance, route) { Times = null });

        var failed = await bench.CreateAsync();

        Assert.Equal((ClaimState.Failed, FailureCodes.PanelError, step), (failed.State, failed.FailureCode, failed.Step));
        Assert.Equal(3, bench.Panel.Log.Count(route));
        Assert.Contains("CreationFailed", await bench.ReadMessagesAsync());
        bench.Panel.Faults.Clear();
        var retried = await bench.ClaimService.RetryAsync(failed.Ref, CancellationToken.None);
        Assert.True(retried.IsDone);
        var claim = await bench.RunAsync(ClaimJob.Create, failed.Id);
        Assert.Equal(ClaimState.Active, claim.State);
        World.HoldsExactlyOneOf(bench.Panel, claim);
    }

    [Fact]
    public async Task Panel_out_of_reach_is_waited_for_told_once_and_not_counted()
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.ClaimAsync();
        await bench.Panel.SetReachableAsync(false);

        for (var i = 0; i < 2; i++)
        {
            bench.Time.Advance(Assert.IsType<NextStep.After>(await bench.StepAsync(ClaimJob.Create, claim.Id)).Delay);
        }

        var waiting = await bench.FindAsync(claim.Id);
        Assert.Equal((ClaimState.Creating, 0), (waiting.State, waiting.FailedAttempts));
        Assert.Single(await bench.ReadMessagesAsync(), text => text == "WaitingForPanel");
        await bench.Panel.SetReachableAsync(true);
        Assert.Equal(ClaimState.Active, (await bench.RunAsync(ClaimJob.Create, claim.Id)).State);
        Assert.DoesNotContain("WaitingForPanel", await bench.ReadMessagesAsync());
    }

    [Fact]
    public async Task Panel_out_of_reach_beyond_the_longest_wait_fails_the_claim()
    {
        await using var bench = await Bench.StartAsync(claims: new ClaimsOptions { LongestWait = TimeSpan.FromHours(24) });
        await bench.Panel.SetReachableAsync(false);
        var claim = await bench.ClaimAsync();
        await bench.StepAsync(ClaimJob.Create, claim.Id);
        bench.Time.Advance(TimeSpan.FromHours(25));

        var failed = await bench.RunAsync(ClaimJob.Create, claim.Id);

        Assert.Equal((ClaimState.Failed, FailureCodes.WaitedTooLong), (failed.State, failed.FailureCode));
    }

    [Fact]
    public async Task Retry_after_is_obeyed_by_all_claims_and_not_counted()
    {
        await using var bench = await Bench.StartAsync();
        bench.Panel.Faults.Add(new PanelFault(PanelFaultKind.TooManyRequests) { Delay = TimeSpan.FromSeconds(45) });
        var first = await bench.ClaimAsync("first", "6280001000001");
        var second = await bench.ClaimAsync("second", "6280001000002");

        var told = Assert.IsType<NextStep.After>(await bench.StepAsync(ClaimJob.Create, first.Id));
        var held = Assert.IsType<NextStep.After>(await bench.StepAsync(ClaimJob.Create, second.Id));

        Assert.True(told.Delay >= TimeSpan.FromSeconds(45) && held.Delay >= TimeSpan.FromSeconds(45));
        Assert.Single(bench.Panel.Log.Entries);
        Assert.Equal(0, (await bench.FindAsync(first.Id)).FailedAttempts);
        Assert.Equal(ClaimState.Active, (await bench.RunAsync(ClaimJob.Create, first.Id)).State);
    }

    [Fact]
    public async Task Refused_key_stops_panel_work_with_one_alert_and_goes_on_when_it_is_accepted_again()
    {
        await using var bench = await Bench.StartAsync();
        var key = bench.Panel.Read(world => world.Keys[0]);
        bench.Panel.Change(world => world.Keys[0] = key with { Key = "ptla_another" });
        var claim = await bench.ClaimAsync();

        for (var i = 0; i < 3; i++)
        {
            bench.Time.Advance(Assert.IsType<NextStep.After>(await bench.StepAsync(ClaimJob.Create, claim.Id)).Delay);
        }

        Assert.Equal(KeyWatch.AlertCode, Assert.Single(bench.Alerts.Raised).Code);
        Assert.Equal(0, (await bench.FindAsync(claim.Id)).FailedAttempts);
        bench.Panel.Change(world => world.Keys[0] = key);
        Assert.Equal(ClaimState.Active, (await bench.RunAsync(ClaimJob.Create, claim.Id)).State);
    }

    [Fact]
    public async Task Node_with_a_wrong_token_is_not_mistaken_for_a_refused_key()
    {
        await using var bench = await Bench.StartAsync();
        bench.Panel.Faults.Add(new PanelFault(PanelFaultKind.DaemonDown, "POST /servers") { Times = null });

        var failed = await bench.CreateAsync();

        Assert.Equal((ClaimState.Failed, FailureCodes.NodeDown), (failed.State, failed.FailureCode));
        Assert.Empty(bench.Alerts.Raised);
    }

    [Theory]
    [InlineData(PanelFaultKind.InstallFails, FailureCodes.InstallFailed)]
    [InlineData(PanelFaultKind.InstallSticks, FailureCodes.InstallTimeout)]
    [InlineData(PanelFaultKind.PortNeverOpens, FailureCodes.NotAnswering)]
    [InlineData(PanelFaultKind.PortClosesAtOnce, FailureCodes.NotAnswering)]
    public async Task Server_that_does_not_come_up_fails_the_claim_and_is_kept(PanelFaultKind kind, string code)
    {
        await using var bench = await Bench.StartAsync();
        bench.Panel.Faults.Add(new PanelFault(kind, "POST /servers"));
        var begun = bench.Time.GetUtcNow();

        var failed = await bench.CreateAsync();

        Assert.Equal((ClaimState.Failed, code), (failed.State, failed.FailureCode));
        Assert.InRange(bench.Time.GetUtcNow() - begun, TimeSpan.Zero, TimeSpan.FromMinutes(11));
        World.HoldsExactlyOneOf(bench.Panel, failed);
        Assert.Empty(Handover.In(await bench.ReadMessagesAsync()));
    }

    [Theory]
    [InlineData(PanelFaultKind.InstallFails)]
    [InlineData(PanelFaultKind.InstallSticks)]
    [InlineData(PanelFaultKind.PortNeverOpens)]
    [InlineData(PanelFaultKind.PortClosesAtOnce)]
    public async Task Another_try_after_a_failed_install_makes_the_server_anew_with_the_same_id(PanelFaultKind kind)
    {
        await using var bench = await Bench.StartAsync();
        bench.Panel.Faults.Add(new PanelFault(kind, "POST /servers"));
        var failed = await bench.CreateAsync();
        await bench.ClaimService.RetryAsync(failed.Ref, CancellationToken.None);

        var claim = await bench.RunAsync(ClaimJob.Create, failed.Id);

        Assert.Equal((ClaimState.Active, null), (claim.State, claim.FailureCode));
        Assert.NotEqual(failed.PanelServerId, claim.PanelServerId);
        World.HoldsExactlyOneOf(bench.Panel, claim);
    }
}
