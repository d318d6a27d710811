using Provisioning.Tests.Support;
using Sandbox.Panel;
using Sandbox.Panel.Faults;
using Shared.Claims;
using Shared.Grace;
using Shared.Jobs;
using Shared.Options;

namespace Provisioning.Tests.Chaos;

/// <summary>Every fault at every call of a whole life: claimed, active, left, deleted. Once each; <see cref="ChaosTests"/> mixes them.</summary>
public class FaultMatrixTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(40);

    private static readonly string[] Routes =
    [
        "GET /users/external/{external}", "POST /users", "GET /nodes", "POST /servers", "GET /servers",
        "GET /servers/external/{external}", "POST /servers/{server}/suspend", "DELETE /servers/{server}", "DELETE /users/{user}",
    ];

    public static TheoryData<string, PanelFaultKind> Cases
    {
        get
        {
            var cases = new TheoryData<string, PanelFaultKind>();
            foreach (var route in Routes)
            {
                foreach (var kind in PanelFaultDice.KindsAt(route))
                {
                    cases.Add(route, kind);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task One_user_and_one_server_while_it_lives_and_nothing_afterwards(string route, PanelFaultKind kind)
    {
        await using var bench = await ChaosBench.StartAsync(1, new ClaimsOptions { GracePeriod = Grace }, new SimulatedPanelOptions { AllocationsPerNode = 4 });
        var watch = new Watch(bench.Panel);
        bench.Panel.Faults.Add(new PanelFault(kind, route) { Status = 502, Delay = TimeSpan.FromSeconds(20) });
        var claim = await bench.ClaimAsync();

        var active = await UntilAsync(bench, watch, ClaimJob.Create, claim.Id, ClaimState.Active);
        World.HoldsExactlyOneOf(bench.Panel, active);
        Assert.Contains(Handover.In(await bench.ReadMessagesAsync()), handover => bench.Panel.CanLogIn(handover.Username, handover.Password));

        await bench.LeaveAsync(active);
        var grace = bench.Get<IGraceKeeper>();
        await grace.ObserveAsync(true, CancellationToken.None);
        bench.Time.Advance(Grace);
        await grace.ObserveAsync(true, CancellationToken.None);
        await UntilAsync(bench, watch, ClaimJob.Delete, claim.Id, ClaimState.Deleted);
        bench.Time.Advance(TimeSpan.FromMinutes(2)); // whatever the panel still had in hand
        watch.Look();
        World.HoldsNothingOf(bench.Panel, active);
        Assert.Empty(bench.Panel.Faults.Active); // the fault was met
    }

    /// <summary>Runs the job; the member tries a failed claim again, the operator removes what a stranger holds and lets a held deletion go on.</summary>
    private static async Task<Claim> UntilAsync(Bench bench, Watch watch, ClaimJob job, Guid id, ClaimState wanted)
    {
        for (var turn = 0; turn < 5; turn++)
        {
            var claim = await bench.RunAsync(job, id);
            watch.Look();
            if (claim.State == wanted)
            {
                return claim;
            }

            watch.RemoveByHand(claim);
            Assert.True((claim.State == ClaimState.Failed ? await bench.ClaimService.RetryAsync(claim.Ref, CancellationToken.None) : await bench.ClaimService.ResumeDeletionAsync(claim.Ref, CancellationToken.None)).IsDone);
        }

        throw new InvalidOperationException($"{await bench.FindAsync(id)} never came to {wanted}.");
    }
}
