using Shared.Membership;
using WaBot.Inbox;
using WhatsApp;

namespace WaBot.Membership;

/// <summary>The live check: asks the service for the roster and gives up after five seconds. Doubt is "unknown", never "absent".</summary>
internal sealed partial class LiveMembership(LiveRosters rosters, IRosterBook book, TargetGroups groups, TimeProvider time, ILogger<LiveMembership> logger) : IMembership
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public async Task<Presence> CheckAsync(long memberId, TimeSpan maxAge, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var answers = await Task.WhenAll(groups.All.Select(group => CheckAsync(memberId, group, maxAge, either.Token, ct)));
        return answers.Contains(Presence.Present) ? Presence.Present
            : answers.Length > 0 && Array.TrueForAll(answers, a => a == Presence.Absent) ? Presence.Absent
            : Presence.Unknown;
    }

    private async Task<Presence> CheckAsync(long memberId, Jid group, TimeSpan maxAge, CancellationToken limited, CancellationToken ct)
    {
        try
        {
            var read = await rosters.ReadAsync(group, maxAge, limited);
            return read.WeAreMember ? await book.PresenceInAsync(memberId, read, limited) : Presence.Unknown;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            Log.NotResponding(logger, "no answer within 5 s");
        }
        catch (Exception fault) when (fault is NotConnectedException or TimeoutException or GroupUnavailableException or ServerRefusedException)
        {
            Log.NotResponding(logger, fault.GetType().Name);
        }
        return Presence.Unknown;
    }

    private static partial class Log
    {
        [LoggerMessage(3401, LogLevel.Warning, "A live membership check got no usable roster: {Reason}")]
        public static partial void NotResponding(ILogger logger, string reason);
    }
}
