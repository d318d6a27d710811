using Shared.Alerts;
using Shared.Grace;
using WaBot.Hosting;
using WhatsApp;

namespace WaBot.Session;

/// <summary>Follows the session's state and tells everybody whose work depends on it.</summary>
internal sealed partial class SessionWatcher(
    IWhatsAppClient client,
    IGraceKeeper grace,
    IDeletionBreaker breaker,
    IAlerts alerts,
    Bells bells,
    TimeProvider time,
    ILogger<SessionWatcher> logger) : LoopService(time, logger)
{
    private readonly ILogger log = logger;
    private SessionStatus? known;

    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        var now = known is null ? client.Status : await client.WaitForStatusChangeAsync(known, ct);
        await FollowAsync(known ?? new SessionStatus(SessionPhase.Stopped), now, ct);
        known = now; // only once everything was told: a failed round is made up for by the next
    }

    private async Task FollowAsync(SessionStatus before, SessionStatus now, CancellationToken ct)
    {
        var loggedIn = now.Phase == SessionPhase.LoggedIn;
        if (before.Phase != now.Phase)
        {
            Log.Phase(log, now.Phase, now.LastFault?.ToString() ?? "-", now.FailuresInARow);
            await grace.ObserveAsync(loggedIn, ct);
        }
        if (loggedIn && (before.Phase != SessionPhase.LoggedIn || now.OfflineQueueDrained != before.OfflineQueueDrained))
        {
            bells.Roster.Ring();
            bells.Outbox.Ring();
        }
        if (loggedIn && before.Phase != SessionPhase.LoggedIn && await grace.AnnounceExtensionsAsync(ct) > 0)
        {
            bells.Outbox.Ring();
        }
        if (now.LastFault is { } fault && now.LastFault != before.LastFault)
        {
            await JudgeAsync(now.Phase, fault, ct);
        }
        if (now.AlertDue && !before.AlertDue)
        {
            await alerts.RaiseAsync(new Alert("session_unreachable", AlertSeverity.Warning,
                $"WhatsApp could not be reached {now.FailuresInARow} times in a row ({now.LastFault}). It goes on trying every minute.", "session"), ct);
        }
    }

    /// <summary>Without a session nobody can be seen, and a session lost for good may mean that what was seen is not to be trusted.</summary>
    private async Task JudgeAsync(SessionPhase phase, SessionFault fault, CancellationToken ct)
    {
        if (FreezeText(fault.Reason) is { } detail)
        {
            await breaker.FreezeAsync(FreezeReason.LoggedOut, detail, ct);
            bells.Alerts.Ring();
        }
        else if (phase == SessionPhase.Halted && fault.Reason is not (SessionFaultReason.PairingExpired or SessionFaultReason.PairingCancelled))
        {
            await alerts.RaiseAsync(new Alert("session_halted", AlertSeverity.Critical,
                $"The WhatsApp session has halted ({fault}). Nothing is lost; the operator page shows how to go on.", "session"), ct);
        }
    }

    private static string? FreezeText(SessionFaultReason reason) => reason switch
    {
        SessionFaultReason.LoggedOut => "the bot's link to its WhatsApp account was removed. Pair it again on the operator page.",
        SessionFaultReason.Replaced => "the same WhatsApp session runs in a second place. Stop the other one, then reconnect on the operator page.",
        SessionFaultReason.TemporarilyBanned => "the bot's number is banned for some time. See the runbook, blocked number.",
        SessionFaultReason.AccountLocked => "the bot's account is locked or its phone is gone. See the runbook, blocked number.",
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(3102, LogLevel.Information, "The session is {Phase} (last fault {Fault}, failures in a row {Failures})")]
        public static partial void Phase(ILogger logger, SessionPhase phase, string fault, int failures);
    }
}
