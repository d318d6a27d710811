namespace Hangfire.Sqlite.Database;

/// <summary>Times are stored as whole milliseconds since 1970, UTC.</summary>
internal static class StoredTime
{
    public static long Milliseconds(this TimeProvider clock) => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public static long FromDateTime(DateTime time) => (long)(time.ToUniversalTime() - DateTime.UnixEpoch).TotalMilliseconds;

    public static DateTime ToDateTime(long milliseconds) => DateTime.UnixEpoch.AddMilliseconds(milliseconds);

    /// <summary>The instant so far from now, without overflow for spans that mean «for ever».</summary>
    public static long After(this TimeProvider clock, TimeSpan span)
    {
        var latest = FromDateTime(DateTime.MaxValue);
        return Math.Clamp(clock.Milliseconds() + (long)span.TotalMilliseconds, 0, latest);
    }
}
