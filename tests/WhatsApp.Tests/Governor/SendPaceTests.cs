using Microsoft.Extensions.Time.Testing;
using WhatsApp.Governor;

namespace WhatsApp.Tests.Governor;

public sealed class SendPaceTests
{
    private static readonly Jid Ani = new("628000001", JidServers.Phone);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_quiet_chat_gets_three_at_once_and_then_one_every_two_seconds()
    {
        var pace = Pace(new PacingOptions { Jitter = 0 });

        Assert.Equal([0, 0, 0, 2, 4], Enumerable.Range(0, 5).Select(_ => pace.Take(Ani).TotalSeconds));
    }

    [Fact]
    public void All_chats_together_get_twenty_a_minute()
    {
        var pace = Pace(new PacingOptions { Jitter = 0 });

        var waits = Enumerable.Range(0, 21).Select(i => pace.Take(new Jid($"6280000{i}", JidServers.Phone))).ToList();

        Assert.All(waits.Take(20), wait => Assert.Equal(TimeSpan.Zero, wait));
        Assert.Equal(TimeSpan.FromSeconds(3), waits[20]);
    }

    [Fact]
    public void Time_gives_the_places_back()
    {
        var pace = Pace(new PacingOptions { Jitter = 0 });
        _ = Enumerable.Range(0, 3).Select(_ => pace.Take(Ani)).ToList();

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([0, 0, 0, 2], Enumerable.Range(0, 4).Select(_ => pace.Take(Ani).TotalSeconds));
    }

    [Fact]
    public void Chance_moves_a_wait_by_its_share_at_most()
    {
        var pace = Pace(new PacingOptions { ChatBurst = 1, Jitter = 0.3 });
        pace.Take(Ani);

        Assert.Equal(2 * 0.7, pace.Take(Ani).TotalSeconds, 3); // the source below always gives its least
    }

    [Fact]
    public async Task A_send_waits_for_its_place_and_goes_at_once_without_pacing()
    {
        var pace = Pace(new PacingOptions { ChatBurst = 1, Jitter = 0 });
        Assert.False(await pace.WaitAsync(Ani, CancellationToken.None));

        var second = pace.WaitAsync(Ani, CancellationToken.None);
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(await second);
        var none = Pace(PacingOptions.None);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(TimeSpan.Zero, none.Take(Ani)));
    }

    private SendPace Pace(PacingOptions options) => new(options, new Least(), _time);

    private sealed class Least : IRandomSource
    {
        public void Fill(Span<byte> buffer) => buffer.Clear();
    }
}
