using Shared.Alerts;
using Shared.Membership;
using WaBot.Hosting;
using WaBot.Inbox;
using WhatsApp;

namespace WaBot.Membership;

/// <summary>Reads the target groups' rosters: after a login, every ten minutes, when the service says ours is stale, and a second time when somebody is missing.</summary>
internal sealed partial class RosterKeeper(
    IWhatsAppClient client,
    LiveRosters rosters,
    IRosterBook book,
    TargetGroups groups,
    IAlerts alerts,
    Bells bells,
    TimeProvider time,
    ILogger<RosterKeeper> logger) : LoopService(time, logger)
{
    private const int OvertakenAtMost = 5;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private readonly ILogger log = logger;
    private readonly TimeProvider clock = time;
    private readonly HashSet<Jid> reportedHidden = [];

    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        var next = Every;
        if (client.Status.Phase == SessionPhase.LoggedIn)
        {
            foreach (var group in groups.All)
            {
                var again = await ReadAsync(group, ct);
                next = again < next ? again : next;
            }
            bells.RingSenders();
            bells.Work.Ring();
        }
        await bells.Roster.WaitAsync(next, ct);
    }

    /// <summary>One group; returns how long until it should be read again.</summary>
    private async Task<TimeSpan> ReadAsync(Jid group, CancellationToken ct)
    {
        try
        {
            for (var attempt = 0; attempt < OvertakenAtMost; attempt++)
            {
                var ticket = await book.BeginReadAsync(group.ToString(), ct);
                var outcome = await book.ApplyReadAsync(ticket, await AskAsync(group, ct), ct);
                Log.Read(log, outcome.Verdict, outcome.Joined, outcome.Left, outcome.Missing);
                if (outcome.Verdict != RosterVerdict.Overtaken)
                {
                    return outcome.SecondReadDue is { } due && due - clock.GetUtcNow() is var wait ? (wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1)) : Every;
                }
            }
            return Soon;
        }
        catch (Exception fault) when (fault is NotConnectedException or TimeoutException or ServerRefusedException)
        {
            Log.NotRead(log, fault.GetType().Name);
            return Soon;
        }
    }

    private async Task<RosterRead> AskAsync(Jid group, CancellationToken ct)
    {
        try
        {
            var read = await rosters.ReadAsync(group, TimeSpan.Zero, ct);
            if (read.WeAreMember)
            {
                reportedHidden.Remove(group);
            }
            return read;
        }
        catch (GroupUnavailableException fault)
        {
            if (reportedHidden.Add(group))
            {
                await alerts.RaiseAsync(new Alert("group_unavailable", AlertSeverity.Critical,
                    $"A target group cannot be read ({fault.Reason}): the bot is not in it, or Group:TargetIds is wrong. Nobody can claim until then, and nothing is deleted.", "group"), ct);
            }
            return new RosterRead("", [], WeAreMember: false);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3402, LogLevel.Information, "Roster read: {Verdict}, {Joined} new, {Left} gone, {Missing} missing for the first time")]
        public static partial void Read(ILogger logger, RosterVerdict verdict, int joined, int left, int missing);

        [LoggerMessage(3403, LogLevel.Warning, "A roster could not be read ({Reason}); it is asked for again soon")]
        public static partial void NotRead(ILogger logger, string reason);
    }
}
