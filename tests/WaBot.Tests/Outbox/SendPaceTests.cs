using Microsoft.Extensions.Time.Testing;
using WaBot.Options;
using WaBot.Outbox;
using WhatsApp;

namespace WaBot.Tests.Outbox;

public class SendPaceTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void A_quiet_chat_gets_three_at_once_and_then_one_every_two_seconds()
    {
        var pace = Pace(new WhatsAppOptions { PacingJitter = 0 });

        Assert.Equal([0, 0, 0, 2, 4], Enumerable.Range(0, 5).Select(_ => pace.Take("a").TotalSeconds));
    }

    [Fact]
    public void All_chats_together_get_twenty_a_minute()
    {
        var pace = Pace(new WhatsAppOptions { PacingJitter = 0 });

        var waits = Enumerable.Range(0, 21).Select(i => pace.Take($"chat {i}")).ToList();

        Assert.All(waits.Take(20), wait => Assert.Equal(TimeSpan.Zero, wait));
        Assert.Equal(TimeSpan.FromSeconds(3), waits[20]);
    }

    [Fact]
    public void Time_gives_the_places_back()
    {
        var pace = Pace(new WhatsAppOptions { PacingJitter = 0 });
        _ = Enumerable.Range(0, 3).Select(_ => pace.Take("a")).ToList();

        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([0, 0, 0, 2], Enumerable.Range(0, 4).Select(_ => pace.Take("a").TotalSeconds));
    }

    [Fact]
    public void Chance_moves_a_wait_by_its_share_at_most()
    {
        var pace = Pace(new WhatsAppOptions { ChatBurst = 1, PacingJitter = 0.3 });
        pace.Take("a");

        Assert.Equal(2 * 0.7, pace.Take("a").TotalSeconds, 3); // the source below always gives its least
    }

    private SendPace Pace(WhatsAppOptions options) => new(options, new Least(), time);

    private sealed class Least : IRandomSource
    {
        public void Fill(Span<byte> buffer) => buffer.Clear();
    }
}
