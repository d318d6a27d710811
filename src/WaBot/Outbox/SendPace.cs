using WaBot.Options;
using WhatsApp;

namespace WaBot.Outbox;

/// <summary>How fast the bot may speak: a bucket per chat, one for all chats together, and a little chance so that it does not tick like a machine.</summary>
internal sealed class SendPace(WhatsAppOptions options, IRandomSource random, TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, Bucket> chats = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private Bucket all = new(options.MessagesPerMinute, 0);

    /// <summary>Waits until this chat may get its next message; the place is taken when it returns.</summary>
    public async Task WaitAsync(string chat, CancellationToken ct)
    {
        var wait = Take(chat);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, ct);
        }
    }

    /// <summary>Takes the next place and says how long it is until then.</summary>
    public TimeSpan Take(string chat)
    {
        lock (gate)
        {
            var now = time.GetElapsedTime(0).TotalSeconds;
            var own = chats.TryGetValue(chat, out var known) ? known : new Bucket(options.ChatBurst, now);
            var (ownNext, ownWait) = own.Take(now, options.ChatBurst, options.ChatInterval.TotalSeconds);
            var (allNext, allWait) = all.Take(now, options.MessagesPerMinute, Minute.TotalSeconds / options.MessagesPerMinute);
            (chats[chat], all) = (ownNext, allNext);
            Forget(now);
            var wait = Math.Max(ownWait, allWait);
            return TimeSpan.FromSeconds(wait * (1 + (options.PacingJitter * ((2 * Fraction()) - 1))));
        }
    }

    /// <summary>Chats whose bucket is full again are as good as new.</summary>
    private void Forget(double now)
    {
        if (chats.Count < 1000)
        {
            return;
        }
        foreach (var (chat, _) in chats.Where(c => now - c.Value.At > options.ChatBurst * options.ChatInterval.TotalSeconds).ToList())
        {
            chats.Remove(chat);
        }
    }

    private double Fraction()
    {
        Span<byte> bytes = stackalloc byte[4];
        random.Fill(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes) / (double)uint.MaxValue;
    }

    /// <summary>Tokens at an instant; below zero they are borrowed from the future.</summary>
    private readonly record struct Bucket(double Tokens, double At)
    {
        public (Bucket Next, double Wait) Take(double now, double capacity, double secondsPerToken)
        {
            var tokens = secondsPerToken <= 0 ? capacity : Math.Min(capacity, Tokens + ((now - At) / secondsPerToken));
            var left = tokens - 1;
            return (new Bucket(left, now), left >= 0 ? 0 : -left * secondsPerToken);
        }
    }
}
