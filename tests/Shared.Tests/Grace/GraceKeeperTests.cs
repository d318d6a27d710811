using Shared.Claims;
using Shared.Grace;
using Shared.Tests.Support;

namespace Shared.Tests.Grace;

public class GraceKeeperTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Only_time_that_began_logged_in_is_observed()
    {
        await using var world = await InGraceAsync();
        await world.Grace.ObserveAsync(true, None);
        await PassAsync(world, TimeSpan.FromMinutes(30), loggedInAfterwards: false);
        await PassAsync(world, TimeSpan.FromHours(9), loggedInAfterwards: true);
        await PassAsync(world, TimeSpan.FromMinutes(10), loggedInAfterwards: true);

        Assert.Equal(TimeSpan.FromMinutes(40), await ObservedAsync(world));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    [InlineData(8760)]
    public async Task A_jump_of_the_wall_clock_shortens_nothing_and_freezes_deletions(int hours)
    {
        await using var world = await InGraceAsync();
        await world.Grace.ObserveAsync(true, None);
        world.Time.JumpWall(TimeSpan.FromHours(hours));
        await PassAsync(world, TimeSpan.FromSeconds(30));

        Assert.Equal(TimeSpan.FromSeconds(30), await ObservedAsync(world));
        Assert.Equal(FreezeReason.ClockJump, (await world.Breaker.CurrentAsync(None))!.Reason);
        Assert.Empty(await world.Claims.ListWorkAsync(None));
    }

    [Fact]
    public async Task Small_corrections_of_the_clock_freeze_nothing()
    {
        await using var world = await InGraceAsync();
        await world.Grace.ObserveAsync(true, None);
        world.Time.JumpWall(TimeSpan.FromSeconds(90));
        await PassAsync(world, TimeSpan.FromSeconds(30));

        Assert.Null(await world.Breaker.CurrentAsync(None));
    }

    [Fact]
    public async Task Downtime_extends_the_deadline_and_the_member_is_told_once()
    {
        await using var world = await InGraceAsync();
        await world.Grace.ObserveAsync(false, None);
        await PassAsync(world, TimeSpan.FromHours(2));

        Assert.Equal(1, await world.Grace.AnnounceExtensionsAsync(None));
        Assert.Equal(0, await world.Grace.AnnounceExtensionsAsync(None));

        Assert.Equal("GraceExtended", (await world.TextsAsync())[^1]);
        var claim = Assert.Single(await world.Claims.ListAsync(ClaimState.Deleting, None));
        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromHours(4), claim.DeadlineTold);
    }

    [Fact]
    public async Task Time_that_was_observed_moves_no_deadline()
    {
        await using var world = await InGraceAsync();
        await world.Grace.ObserveAsync(true, None);
        await PassAsync(world, TimeSpan.FromHours(2));

        Assert.Equal(0, await world.Grace.AnnounceExtensionsAsync(None));
    }

    [Fact]
    public async Task A_checkpoint_is_no_change_that_makes_a_version_stale()
    {
        await using var world = await InGraceAsync();
        var before = Assert.Single(await world.Claims.ListAsync(ClaimState.Deleting, None));
        await world.Grace.ObserveAsync(true, None);
        await PassAsync(world, TimeSpan.FromHours(1));

        Assert.Equal(before.Version, (await world.Claims.FindAsync(before.Id, None))!.Version);
    }

    [Fact]
    public async Task The_last_hour_is_told_once_per_departure_and_never_while_frozen()
    {
        await using var world = await InGraceAsync();
        await world.Grace.ObserveAsync(true, None);
        await PassAsync(world, TimeSpan.FromHours(3) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await world.Grace.AnnounceLastHoursAsync(None));
        await PassAsync(world, TimeSpan.FromSeconds(1));
        await world.Breaker.FreezeAsync(FreezeReason.Operator, "a look first.", None);
        Assert.Equal(0, await world.Grace.AnnounceLastHoursAsync(None));
        await world.Breaker.UnfreezeAsync("operator", None);

        Assert.Equal(1, await world.Grace.AnnounceLastHoursAsync(None));
        Assert.Equal(0, await world.Grace.AnnounceLastHoursAsync(None));
        Assert.Equal("GraceLastHour", (await world.TextsAsync())[^1]);

        await world.JoinAsync(1);
        world.Time.Pass(TimeSpan.FromSeconds(1));
        await world.LeaveAsync(1);
        await world.Grace.ObserveAsync(true, None);
        await PassAsync(world, TimeSpan.FromHours(3));
        Assert.Equal(1, await world.Grace.AnnounceLastHoursAsync(None));
    }

    private static async Task<World> InGraceAsync()
    {
        var world = await World.OpenAsync();
        await world.ReadAsync(1, 2);
        await world.ActiveAsync(await world.MemberAsync(1));
        await world.LeaveAsync(1);
        return world;
    }

    private static async Task PassAsync(World world, TimeSpan time, bool loggedInAfterwards = true)
    {
        world.Time.Pass(time);
        await world.Grace.ObserveAsync(loggedInAfterwards, None);
    }

    private static async Task<TimeSpan> ObservedAsync(World world) => Assert.Single(await world.Claims.ListAsync(ClaimState.Deleting, None)).GraceObserved;
}
