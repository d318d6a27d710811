using Shared.Membership;
using WaBot.Inbox;
using WhatsApp;

namespace WaBot.Membership;

/// <summary>The live check: asks the service for the roster and gives up after five seconds. Doubt is "unknown", never "absent".</summary>
internal sealed partial class LiveMembership(LiveRosters rosters, IRosterBook book, TargetGroups groups, TimeProvider time, ILogger<LiveMembership> logger) : IMembership
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public async Task<PresenceReading> CheckAsync(long memberId, TimeSpan maxAge, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var answers = new List<PresenceReading>();
        await foreach (var asked in Task.WhenEach(groups.All.Select(group => CheckAsync(memberId, group, maxAge, either.Token, ct))))
        {
            var answer = await asked;
            if (answer.Presence == Presence.Present)
            {
                return answer; // one group is enough; the others' answers change nothing
            }
            answers.Add(answer);
        }
        return answers.Count > 0 && answers.TrueForAll(a => a.Presence == Presence.Absent) ? new PresenceReading(Presence.Absent, answers.Min(a => a.AskedAt)) : PresenceReading.Unknown;
    }

    private async Task<PresenceReading> CheckAsync(long memberId, Jid group, TimeSpan maxAge, CancellationToken limited, CancellationToken ct)
    {
        try
        {
            var read = await rosters.ReadAsync(group, maxAge, limited);
            return read.WeAreMember ? new PresenceReading(await book.PresenceInAsync(memberId, read, limited), read.AskedAt) : PresenceReading.Unknown;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            Log.NotResponding(logger, "no answer within 5 s");
        }
        catch (Exception fault) when (fault is NotConnectedException or TimeoutException or GroupUnavailableException or ServerRefusedException)
        {
            Log.NotResponding(logger, fault.GetType().Name);
        }
        return PresenceReading.Unknown;
    }

    private static partial class Log
    {
        [LoggerMessage(3401, LogLevel.Warning, "A live membership check got no usable roster: {Reason}")]
        public static partial void NotResponding(ILogger logger, string reason);
    }
}
