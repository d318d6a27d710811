namespace WhatsApp.Supervision;

/// <summary>Waits of any length: a timer holds at most some 49 days, a ban may be told to last longer.</summary>
internal static class Waits
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    public static async Task DelayAsync(TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        for (; wait > LongestTimer; wait -= LongestTimer)
        {
            await Task.Delay(LongestTimer, time, cancellationToken).ConfigureAwait(false);
        }

        await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
    }
}
