namespace Sandbox.Panel.Http;

/// <summary>The panel's fixed window of one minute per key owner.</summary>
internal sealed class PanelRateLimit(int perMinute, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private DateTimeOffset windowStart = DateTimeOffset.MinValue;
    private int used;

    public int Limit => perMinute;

    /// <summary>Counts one request.</summary>
    /// <returns>How many are left in this window, or how long to wait when there is none.</returns>
    public (int Remaining, TimeSpan? RetryAfter) Take()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (now - windowStart >= Window || now < windowStart)
            {
                windowStart = now;
                used = 0;
            }

            return used++ < perMinute
                ? (perMinute - used, null)
                : (0, windowStart + Window - now);
        }
    }
}
