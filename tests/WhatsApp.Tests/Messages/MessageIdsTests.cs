using Microsoft.Extensions.Time.Testing;
using WhatsApp.Messages;

namespace WhatsApp.Tests.Messages;

public class MessageIdsTests
{
    private static readonly Jid OwnPhone = Jid.Parse("5511999999999:7@s.whatsapp.net");

    [Fact]
    public void An_id_is_the_known_one()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

        Assert.Equal("3EB0CF074BD25C018553A2", MessageIds.New(time, new Counting(), OwnPhone));
    }

    [Fact]
    public void Ids_of_one_instant_differ()
    {
        var time = new FakeTimeProvider();

        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => MessageIds.New(time, new SystemRandomSource(), OwnPhone)).Distinct().Count());
    }

    private sealed class Counting : IRandomSource
    {
        public void Fill(Span<byte> buffer)
        {
            for (var index = 0; index < buffer.Length; index++)
            {
                buffer[index] = (byte)index;
            }
        }
    }
}
