using Provisioning.Tests.Support;
using Shared.Claims;
using Shared.FailPoints;
using Shared.Jobs;

namespace Provisioning.Tests;

/// <summary>The process dies at each fail point in turn; a new one on the same files brings the claim to its end.</summary>
public class KillTests
{
    private static readonly string[] CreationPath =
    [
        "claims.planAccount", "claims.saveAccount", "claims.leaseAllocation", "claims.saveServer", "claims.saveInstalled", "claims.markActive",
        "panel.findUser", "panel.createUser", "panel.listNodes", "panel.createServer", "panel.listServers",
    ];

    private static readonly string[] DeletionPath =
    [
        "claims.beginDeletion", "claims.saveDeletionStep", "claims.markDeleted",
        "panel.findServer", "panel.suspendServer", "panel.deleteServer", "panel.findUser", "panel.deleteUser",
    ];

    public static TheoryData<string> Creation => [.. Points(CreationPath)];

    public static TheoryData<string> Deletion => [.. Points(DeletionPath)];

    [Theory]
    [MemberData(nameof(Creation))]
    public async Task Killed_while_creating_ends_with_one_user_one_server_and_one_working_password(string point)
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.ClaimAsync();
        bench.FailPoints.KillAt = point;
        await Assert.ThrowsAsync<KilledException>(() => bench.RunAsync(ClaimJob.Create, claim.Id));
        await bench.RestartAsync();

        var active = await bench.RunAsync(ClaimJob.Create, claim.Id);

        Assert.Equal(ClaimState.Active, active.State);
        World.HoldsExactlyOneOf(bench.Panel, active);
        var handover = Assert.Single(Handover.In(await bench.ReadMessagesAsync()));
        Assert.True(bench.Panel.CanLogIn(handover.Username, handover.Password));
        Assert.Equal(1, bench.Panel.Log.Entries.Count(entry => entry is { Route: "POST /users", Status: 201 }));
        Assert.Equal(1, bench.Panel.Log.Entries.Count(entry => entry is { Route: "POST /servers", Status: 201 }));
    }

    [Theory]
    [MemberData(nameof(Deletion))]
    public async Task Killed_while_deleting_ends_with_nothing_left_and_one_word_to_the_member(string point)
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.CreateAsync();
        await bench.LeaveAsync(claim);
        await bench.ObserveAsync(TimeSpan.FromHours(4));
        bench.FailPoints.KillAt = point;
        await Assert.ThrowsAsync<KilledException>(() => bench.RunAsync(ClaimJob.Delete, claim.Id));
        await bench.RestartAsync();

        var deleted = await bench.RunAsync(ClaimJob.Delete, claim.Id);

        Assert.Equal(ClaimState.Deleted, deleted.State);
        World.HoldsNothingOf(bench.Panel, deleted);
        Assert.Single(await bench.ReadMessagesAsync(), text => text == "ServerDeleted");
    }

    [Theory]
    [InlineData("panel.updateUser.before")]
    [InlineData("panel.updateUser.after")]
    [InlineData("claims.saveAccount.before")]
    public async Task Killed_again_while_taking_over_the_user_of_the_first_try_still_hands_over_a_working_password(string point)
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.ClaimAsync();
        foreach (var killed in new[] { "panel.createUser.after", point })
        {
            bench.FailPoints.KillAt = killed;
            await Assert.ThrowsAsync<KilledException>(() => bench.RunAsync(ClaimJob.Create, claim.Id));
            await bench.RestartAsync();
        }

        var active = await bench.RunAsync(ClaimJob.Create, claim.Id);

        World.HoldsExactlyOneOf(bench.Panel, active);
        var handover = Assert.Single(Handover.In(await bench.ReadMessagesAsync()));
        Assert.True(bench.Panel.CanLogIn(handover.Username, handover.Password));
    }

    private static IEnumerable<string> Points(IEnumerable<string> path) =>
        path.SelectMany(name => new[] { FailPointNames.Before(name), FailPointNames.After(name) });
}
