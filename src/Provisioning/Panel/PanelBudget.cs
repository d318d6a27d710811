using Shared.Options;

namespace Provisioning.Panel;

/// <summary>Our own requests per minute, and the pause the panel asked for with 429. One for the whole process, for the panel counts per key owner.</summary>
internal sealed class PanelBudget(PanelOptions options, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private readonly Queue<long> sent = new();
    private long pauseBegan;
    private TimeSpan pause;

    /// <summary>Takes one request out of the budget.</summary>
    /// <returns>How long to wait instead; null when the request may go.</returns>
    public TimeSpan? Take()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            var left = pause - time.GetElapsedTime(pauseBegan, now);
            if (left > TimeSpan.Zero)
            {
                return left;
            }

            while (sent.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= Window)
            {
                sent.Dequeue();
            }

            if (sent.Count >= options.RequestsPerMinute)
            {
                return Window - time.GetElapsedTime(sent.Peek(), now);
            }

            sent.Enqueue(now);
            return null;
        }
    }

    /// <summary>Nobody asks the panel anything for so long. A pause that ends later stays.</summary>
    public void Pause(TimeSpan length)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            if (length > pause - time.GetElapsedTime(pauseBegan, now))
            {
                (pauseBegan, pause) = (now, length);
            }
        }
    }
}
