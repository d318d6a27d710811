using Provisioning.Tests.Creation;
using Provisioning.Tests.Support;
using Sandbox.Panel;
using Sandbox.Panel.Faults;
using Shared.Claims;
using Shared.Jobs;
using Shared.Reconcile;

namespace Provisioning.Tests.Reconcile;

public class ReconcileTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Panel_and_table_that_agree_give_an_empty_report_and_nothing_is_changed_on_the_panel()
    {
        await using var bench = await Bench.StartAsync();
        await bench.CreateAsync();
        OwnershipTests.GiveServer(bench.Panel, AddStranger(bench));
        var before = bench.Panel.Log.Entries.Count;

        var report = await bench.Get<IReconciliation>().RunAsync(None);

        Assert.Equal((2, 2, 1, 0), (report!.Servers, report.Users, report.Claims, report.Findings.Count));
        Assert.All(bench.Panel.Log.Entries.Skip(before), entry => Assert.StartsWith("GET ", entry.Route, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_difference_is_named_with_what_could_be_done_and_alerted_once()
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { NodeMemoryMiB = 65_536 });
        var ghost = await bench.CreateAsync("ghost", "6280001000001");
        var drifted = await bench.CreateAsync("drifted", "6280001000002");
        var sold = await bench.CreateAsync("sold", "6280001000003");
        var suspended = await bench.CreateAsync("suspended", "6280001000004");
        bench.Panel.Change(world =>
        {
            world.Remove(world.Servers.Single(server => server.Id == ghost.PanelServerId));
            world.Servers.Single(server => server.Id == drifted.PanelServerId).Memory = 4096;
            world.Servers.Single(server => server.Id == sold.PanelServerId).UserId = drifted.PanelUserId!.Value;
            world.Servers.Single(server => server.Id == suspended.PanelServerId).Status = "suspended";
        });

        var report = await bench.Get<IReconciliation>().RunAsync(None);
        await bench.Get<IReconciliation>().RunAsync(None);

        Assert.Equal(
            new[] { (FindingKind.Ghost, ghost.Id), (FindingKind.LimitDrift, drifted.Id), (FindingKind.OwnerDrift, sold.Id), (FindingKind.Suspended, suspended.Id) }.Order(),
            report!.Findings.Select(finding => (finding.Kind, finding.ClaimId!.Value)).Order());
        Assert.All(report.Findings, finding => Assert.NotEmpty(finding.Proposal));
        Assert.Single(await AlertsAsync(bench), code => code == Shared.Alerts.AlertCodes.PanelDiffers);
        Assert.Equal(report.Findings, (await bench.Get<IReconcileReports>().LastAsync(None))!.Findings);
    }

    [Fact]
    public async Task Claims_that_move_while_the_panel_is_read_are_no_findings()
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.ClaimAsync();
        while ((await bench.FindAsync(claim.Id)).Step != CreationStep.Installation)
        {
            await bench.StepAsync(ClaimJob.Create, claim.Id);
        }

        Assert.Empty((await bench.Get<IReconciliation>().RunAsync(None))!.Findings);
    }

    [Fact]
    public async Task Half_a_list_is_no_report()
    {
        await using var bench = await Bench.StartAsync();
        await bench.CreateAsync();
        bench.Panel.Faults.Add(new PanelFault(PanelFaultKind.HtmlBody, "GET /users"));

        Assert.Null(await bench.Get<IReconciliation>().RunAsync(None));
        Assert.Null(await bench.Get<IReconcileReports>().LastAsync(None));
    }

    [Fact]
    public async Task Ghost_is_made_anew_on_an_operators_word_with_the_same_id_and_new_credentials()
    {
        await using var bench = await Bench.StartAsync();
        var ghost = await bench.CreateAsync();
        Assert.Equal(AdoptOutcome.NotOnPanel, await bench.Get<IReconciliation>().RecreateAsync(ghost.Id, None)); // still there: nothing to make
        await bench.ReadMessagesAsync();
        bench.Panel.Change(world => world.Remove(world.Servers.Single()));

        Assert.Equal(AdoptOutcome.Done, await bench.Get<IReconciliation>().RecreateAsync(ghost.Id, None));
        var claim = await bench.RunAsync(ClaimJob.Create, ghost.Id);

        Assert.Equal((ClaimState.Active, ghost.PanelUserId), (claim.State, claim.PanelUserId));
        World.HoldsExactlyOneOf(bench.Panel, claim);
        var handover = Assert.Single(Handover.In(await bench.ReadMessagesAsync()));
        Assert.True(bench.Panel.CanLogIn(handover.Username, handover.Password));
    }

    [Fact]
    public async Task With_the_table_lost_every_server_proved_ours_gets_its_row_back_and_no_other()
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { NodeMemoryMiB = 65_536 });
        var first = await bench.CreateAsync("first", "6280001000001");
        var second = await bench.CreateAsync("second", "6280001000002", "python");
        OwnershipTests.GiveServer(bench.Panel, AddStranger(bench));
        var posing = Guid.NewGuid();
        bench.Panel.Change(world => world.Servers.Last().ExternalId = posing.ToString()); // a stranger's server that carries an id like ours
        await bench.LoseDatabaseAsync();

        var report = await bench.Get<IReconciliation>().RunAsync(None);
        Assert.Equal(
            new[] { (FindingKind.OrphanServer, first.Id), (FindingKind.OrphanServer, second.Id), (FindingKind.UnprovedServer, posing) }.OrderBy(item => item.Item2),
            report!.Findings.Select(finding => (finding.Kind, finding.ClaimId!.Value)).OrderBy(item => item.Item2));
        foreach (var finding in report.Findings)
        {
            Assert.Equal(finding.Kind == FindingKind.OrphanServer ? AdoptOutcome.Done : AdoptOutcome.NotProved, await bench.Get<IReconciliation>().AdoptAsync(finding.ClaimId!.Value, None));
        }

        foreach (var lost in new[] { first, second })
        {
            var found = await bench.FindAsync(lost.Id);
            Assert.Equal(
                (ClaimState.Active, lost.WaJid, lost.Template, lost.Username, lost.PanelUserId, lost.PanelServerId, lost.AllocationId, lost.Address, lost.Port, true),
                (found.State, found.WaJid, found.Template, found.Username, found.PanelUserId, found.PanelServerId, found.AllocationId, found.Address, found.Port, found.WasActive));
        }

        Assert.Equal([FindingKind.UnprovedServer], (await bench.Get<IReconciliation>().RunAsync(None))!.Findings.Select(finding => finding.Kind));
        Assert.Equal(AdoptOutcome.NotAllowed, await bench.Get<IReconciliation>().AdoptAsync(first.Id, None));
    }

    [Theory]
    [InlineData("panel.listUsers.before")]
    [InlineData("panel.listUsers.after")]
    public async Task Killed_in_the_middle_of_a_comparison_nothing_is_kept_and_the_next_one_is_whole(string point)
    {
        await using var bench = await Bench.StartAsync();
        await bench.CreateAsync();
        bench.FailPoints.KillAt = point;

        await Assert.ThrowsAsync<KilledException>(() => bench.Get<IReconciliation>().RunAsync(None));
        await bench.RestartAsync();

        Assert.Null(await bench.Get<IReconcileReports>().LastAsync(None));
        Assert.Empty((await bench.Get<IReconciliation>().RunAsync(None))!.Findings);
    }

    private static int AddStranger(Bench bench)
    {
        var id = 0;
        bench.Panel.Change(world => world.Users.Add(new Sandbox.Panel.State.UserRow
        {
            Id = id = world.NextId(),
            Uuid = Guid.NewGuid().ToString(),
            ExternalId = "somebody-elses",
            Username = "somebody",
            Email = "somebody@elsewhere.invalid",
            FirstName = "A",
            LastName = "Stranger",
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        }));
        return id;
    }

    private static async Task<IReadOnlyList<string>> AlertsAsync(Bench bench) =>
        [.. (await bench.Get<Shared.Alerts.IAlertOutbox>().LoadDueAsync(100, None)).Select(alert => alert.Alert.Code)];
}
