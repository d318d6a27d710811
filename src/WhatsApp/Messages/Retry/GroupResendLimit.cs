using System.Collections.Concurrent;

namespace WhatsApp.Messages.Retry;

/// <summary>
/// A token bucket for each group: after a broken key everybody asks at once, and a storm of answers has cost accounts their life.
/// What does not fit is dropped, not queued.
/// </summary>
internal sealed class GroupResendLimit(TimeProvider time)
{
    private const double Burst = 20;
    private const double PerSecond = 10 / 60.0;
    private const int MaxGroups = 1000;

    private readonly ConcurrentDictionary<Jid, Bucket> _buckets = new();

    public bool TryTake(Jid group)
    {
        if (_buckets.Count > MaxGroups)
        {
            _buckets.Clear();
        }

        var bucket = _buckets.GetOrAdd(group, _ => new Bucket(Burst, time.GetTimestamp()));
        lock (bucket)
        {
            var now = time.GetTimestamp();
            bucket.Tokens = Math.Min(Burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now).TotalSeconds * PerSecond));
            bucket.At = now;
            if (bucket.Tokens < 1)
            {
                return false;
            }

            bucket.Tokens--;
            return true;
        }
    }

    private sealed class Bucket(double tokens, long at)
    {
        public double Tokens { get; set; } = tokens;

        public long At { get; set; } = at;
    }
}
