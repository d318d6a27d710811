using Sandbox.Clock;

namespace Sandbox.Tests.Clock;

public class SandboxClockTests
{
    [Fact]
    public void Letting_time_pass_moves_wall_and_monotonic_time_together()
    {
        var clock = new SandboxClock(default);
        var (wall, stamp) = (clock.GetUtcNow(), clock.GetTimestamp());

        clock.Set(new ClockOffsets(TimeSpan.FromHours(5), TimeSpan.Zero));

        Assert.InRange(clock.GetUtcNow() - wall, TimeSpan.FromHours(5), TimeSpan.FromHours(5.1));
        Assert.InRange(clock.GetElapsedTime(stamp), TimeSpan.FromHours(5), TimeSpan.FromHours(5.1));
    }

    [Fact]
    public void A_jump_moves_the_wall_clock_alone()
    {
        var clock = new SandboxClock(default);
        var (wall, stamp) = (clock.GetUtcNow(), clock.GetTimestamp());

        clock.Set(new ClockOffsets(TimeSpan.Zero, TimeSpan.FromHours(-7)));

        Assert.InRange(clock.GetUtcNow() - wall, TimeSpan.FromHours(-7), TimeSpan.FromHours(-6.9));
        Assert.InRange(clock.GetElapsedTime(stamp), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_timer_far_away_fires_as_soon_as_time_has_passed()
    {
        var clock = new SandboxClock(default);
        var delay = Task.Delay(TimeSpan.FromHours(4), clock, TestContext.Current.CancellationToken);
        Assert.False(delay.IsCompleted);

        clock.Set(new ClockOffsets(TimeSpan.FromHours(3.9), TimeSpan.Zero));
        Assert.False(delay.IsCompleted);
        clock.Set(new ClockOffsets(TimeSpan.FromHours(4), TimeSpan.Zero));

        await delay.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_periodic_timer_goes_on_after_time_has_passed()
    {
        var clock = new SandboxClock(default);
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(10), clock);

        for (var round = 1; round <= 3; round++)
        {
            var tick = timer.WaitForNextTickAsync(TestContext.Current.CancellationToken).AsTask();
            Assert.False(tick.IsCompleted);
            clock.Set(new ClockOffsets(TimeSpan.FromMinutes(11 * round), TimeSpan.Zero));
            Assert.True(await tick.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void Offsets_survive_the_way_through_a_text()
    {
        var offsets = new ClockOffsets(TimeSpan.FromHours(5), TimeSpan.FromSeconds(-90));

        Assert.Equal(offsets, ClockOffsets.Parse(offsets.ToText()));
        Assert.Equal(default, ClockOffsets.Parse("five hours"));
        Assert.Equal(default, ClockOffsets.Parse(null));
    }
}
