using WaBot.Hosting;
using WaBot.Membership;

namespace WaBot.Web.Webhook;

/// <summary>Turns hints into roster reads, but not more than one every ten seconds however many come.</summary>
internal sealed class HintDesk(Bells bells, LiveRosters rosters, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan Spacing = TimeSpan.FromSeconds(10);
    private readonly Lock gate = new();
    private ITimer? later;
    private long? lastAt;

    /// <summary>The group's roster is read soon. Nothing else: a hint is believed by nobody.</summary>
    public void Ask(string group)
    {
        rosters.Forget(group);
        lock (gate)
        {
            var wait = lastAt is { } last ? Spacing - time.GetElapsedTime(last) : TimeSpan.Zero;
            if (wait <= TimeSpan.Zero)
            {
                Ring();
                return;
            }
            later ??= time.CreateTimer(_ => RingLater(), null, wait, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => later?.Dispose();

    private void RingLater()
    {
        lock (gate)
        {
            later?.Dispose();
            later = null;
            Ring();
        }
    }

    private void Ring()
    {
        lastAt = time.GetTimestamp();
        bells.Roster.Ring();
    }
}
