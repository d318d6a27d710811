using WhatsApp.Supervision;
using WhatsApp.Tests.Signal;

namespace WhatsApp.Tests.Supervision;

public class ReconnectLadderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SessionFault Closed = new(SessionFaultReason.Closed);
    private static readonly ReconnectOptions Exact = new() { Jitter = 0 };

    [Fact]
    public void Waits_grow_3_6_12_24_48_60_and_stay_until_a_login()
    {
        var ladder = new ReconnectLadder(Exact, new SystemRandomSource());

        Assert.Equal([3, 6, 12, 24, 48, 60, 60], Enumerable.Range(0, 7).Select(_ => ladder.Next(Closed, Reaction.Backoff, Now)!.Value.TotalSeconds));
        Assert.Equal(7, ladder.Failures);

        ladder.Reset();
        Assert.Equal(TimeSpan.FromSeconds(3), ladder.Next(Closed, Reaction.Backoff, Now));
        Assert.Equal(1, ladder.Failures);
    }

    [Fact]
    public void Chance_shortens_a_wait_by_a_tenth_at_most()
    {
        for (var round = 0; round < 200; round++)
        {
            var wait = new ReconnectLadder(new ReconnectOptions(), new SystemRandomSource()).Next(Closed, Reaction.Backoff, Now)!.Value;
            Assert.InRange(wait.TotalSeconds, 2.7, 3);
        }
    }

    [Theory]
    [InlineData(0)] // the link is down: every attempt fails at once
    [InlineData(5)] // packets vanish: one address is waited for
    [InlineData(45)] // names hang too: the longest attempt there is
    public void After_ten_minutes_without_a_network_the_next_attempt_starts_within_60_seconds_of_its_return(int attempt)
    {
        var chance = new Random(2026);
        var random = new SeededRandom(2026);
        var starts = new List<double>();
        for (var history = 0; history < 1000; history++)
        {
            var ladder = new ReconnectLadder(new ReconnectOptions(), random);
            var back = TimeSpan.FromSeconds(600 + (120 * chance.NextDouble())); // at any moment of a round
            var start = TimeSpan.Zero;
            while (start < back && start + TimeSpan.FromSeconds(attempt - 2) < back) // one under way still gets through, but for its last two seconds
            {
                start += TimeSpan.FromSeconds(attempt) + ladder.Next(Closed, Reaction.Backoff, Now)!.Value;
            }

            starts.Add(start < back ? (start + TimeSpan.FromSeconds(attempt) - back).TotalSeconds : (start - back).TotalSeconds);
        }

        starts.Sort();
        Assert.True(starts[950] <= 60, $"95 % of the attempts start within {starts[950]:0.0} s.");
    }

    [Fact]
    public void The_alert_is_due_after_ten_failures_and_trying_goes_on_unless_told_to_stop()
    {
        var going = new ReconnectLadder(Exact, new SystemRandomSource());
        var stopping = new ReconnectLadder(Exact with { StopAfterAlert = true }, new SystemRandomSource());
        for (var failure = 1; failure <= 9; failure++)
        {
            Assert.NotNull(going.Next(Closed, Reaction.Backoff, Now));
            Assert.NotNull(stopping.Next(Closed, Reaction.Backoff, Now));
            Assert.False(going.AlertDue);
        }

        Assert.Equal(TimeSpan.FromSeconds(60), going.Next(Closed, Reaction.Backoff, Now));
        Assert.True(going.AlertDue);
        Assert.Null(stopping.Next(Closed, Reaction.Backoff, Now));
    }

    [Fact]
    public void A_service_that_asks_for_patience_gets_several_steps_at_once()
    {
        var ladder = new ReconnectLadder(Exact, new SystemRandomSource());

        Assert.Equal(TimeSpan.FromSeconds(12), ladder.Next(new(SessionFaultReason.RateLimited, 429), Reaction.LongBackoff, Now));
        Assert.Equal(TimeSpan.FromSeconds(60), ladder.Next(new(SessionFaultReason.RateLimited, 429), Reaction.LongBackoff, Now));
    }

    [Fact]
    public void A_refused_version_is_tried_once_more()
    {
        var ladder = new ReconnectLadder(Exact, new SystemRandomSource());
        var outdated = new SessionFault(SessionFaultReason.ClientRefused, 405);

        Assert.NotNull(ladder.Next(outdated, Reaction.OnceMore, Now));
        Assert.Null(ladder.Next(outdated, Reaction.OnceMore, Now));
    }

    [Fact]
    public void A_ban_is_waited_out_and_halts_when_it_names_no_end()
    {
        var ladder = new ReconnectLadder(Exact, new SystemRandomSource());

        Assert.Equal(TimeSpan.FromHours(2), ladder.Next(new(SessionFaultReason.TemporarilyBanned, 402, Until: Now.AddHours(2)), Reaction.WaitUntil, Now));
        Assert.Equal(TimeSpan.Zero, ladder.Next(new(SessionFaultReason.TemporarilyBanned, 402, Until: Now.AddHours(-2)), Reaction.WaitUntil, Now));
        Assert.Null(ladder.Next(new(SessionFaultReason.TemporarilyBanned, 402), Reaction.WaitUntil, Now));
    }

    [Fact]
    public void Restarts_are_at_once_and_free_until_they_repeat_without_a_login()
    {
        var ladder = new ReconnectLadder(Exact, new SystemRandomSource());
        var restart = new SessionFault(SessionFaultReason.RestartRequired, 515);

        Assert.Equal([0, 0, 0, 3, 6], Enumerable.Range(0, 5).Select(_ => ladder.Next(restart, Reaction.Now, Now)!.Value.TotalSeconds));
        Assert.Equal(2, ladder.Failures);
    }

    [Fact]
    public void Halting_and_quarantine_wait_for_the_host()
    {
        var ladder = new ReconnectLadder(Exact, new SystemRandomSource());

        Assert.Null(ladder.Next(Closed, Reaction.Halt, Now));
        Assert.Null(ladder.Next(Closed, Reaction.Quarantine, Now));
    }
}
