using Shared.Alerts;
using Shared.Claims;
using Shared.Options;
using Shared.Tests.Support;

namespace Shared.Tests.Claims;

public class QueueTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Who_came_first_is_first_whatever_happens_behind_and_the_line_moves_up()
    {
        await using var world = await World.OpenAsync();
        var claims = new List<Claim>();
        for (var n = 1; n <= 3; n++)
        {
            claims.Add(await QueuedAsync(world, n));
            world.Time.Pass(TimeSpan.FromSeconds(1));
        }

        await world.Claims.QueueAsync(claims[0].Ref, FailureCodes.NoAllocation, world.Time.GetUtcNow(), None); // looks again in vain: keeps its turn

        Assert.Equal(claims.Select(claim => claim.Id), (await world.Claims.ListQueueAsync(None)).Select(item => item.ClaimId));
        Assert.Equal(3, (await world.Turns.StartAsync(claims[2].MemberId, None)).QueuePosition);
        var head = (await world.Claims.FindAsync(claims[0].Id, None))!;
        World.Done(await world.Claims.LeaseAllocationAsync(head.Ref, 1, 9, "127.0.0.1", 30_000, None));
        Assert.Equal(claims.Skip(1).Select(claim => claim.Id), (await world.Claims.ListQueueAsync(None)).Select(item => item.ClaimId));
        Assert.Equal(2, (await world.Turns.StartAsync(claims[2].MemberId, None)).QueuePosition);
    }

    [Fact]
    public async Task Position_and_reason_are_told_once_and_the_operators_hear_of_each_claim_once()
    {
        await using var world = await World.OpenAsync();
        var claim = await QueuedAsync(world, 1);
        for (var i = 0; i < 3; i++)
        {
            claim = World.Done(await world.Claims.QueueAsync(claim.Ref, FailureCodes.NodeFull, world.Time.GetUtcNow(), None));
        }

        Assert.Single(await world.TextsAsync(), text => text == "Queued");
        Assert.Equal([AlertCodes.CapacityFull], await world.AlertCodesAsync());
        Assert.Equal(0, claim.FailedAttempts);
    }

    [Fact]
    public async Task A_deletion_calls_the_head_of_the_line_at_once()
    {
        await using var world = await World.OpenAsync();
        var old = World.Done(await world.Claims.CleanUpFailedAsync(World.Done(await world.Claims.FailAsync((await world.SubmitAsync(await world.MemberAsync(9), "old_one")).Ref, FailureCodes.PanelError, None)).Ref, None));
        var head = await QueuedAsync(world, 1, world.Time.GetUtcNow() + TimeSpan.FromMinutes(1));
        world.Time.Pass(TimeSpan.FromSeconds(1));
        var second = await QueuedAsync(world, 2, world.Time.GetUtcNow() + TimeSpan.FromMinutes(1));
        old = World.Done(await world.Claims.BeginDeletionAsync(old.Ref, Shared.Membership.PresenceReading.Unknown, None));

        World.Done(await world.Claims.MarkDeletedAsync(old.Ref, None));

        Assert.Equal([head.Id], (await world.Claims.ListWorkAsync(None)).Select(work => work.ClaimId));
        Assert.NotNull((await world.Claims.FindAsync(second.Id, None))!.NotBefore);
    }

    [Fact]
    public async Task Nobody_waits_for_ever()
    {
        await using var world = await World.OpenAsync(new ClaimsOptions { LongestWait = TimeSpan.FromHours(1) });
        var claim = await QueuedAsync(world, 1);
        world.Time.Pass(TimeSpan.FromHours(2));

        claim = World.Done(await world.Claims.QueueAsync(claim.Ref, FailureCodes.NodeFull, world.Time.GetUtcNow(), None));

        Assert.Equal((ClaimState.Failed, FailureCodes.NodeFull), (claim.State, claim.FailureCode));
        Assert.Empty(await world.Claims.ListQueueAsync(None));
        Assert.Contains(AlertCodes.ClaimFailed, await world.AlertCodesAsync());
    }

    private static async Task<Claim> QueuedAsync(World world, int n, DateTimeOffset? until = null)
    {
        var claim = await world.SubmitAsync(await world.MemberAsync(n), $"member_{n}");
        claim = World.Done(await world.Claims.SaveAccountAsync(claim.Ref, n, $"member_{n}", None));
        return World.Done(await world.Claims.QueueAsync(claim.Ref, FailureCodes.NodeFull, until ?? world.Time.GetUtcNow(), None));
    }
}
