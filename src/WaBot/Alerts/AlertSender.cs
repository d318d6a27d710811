using Shared.Alerts;
using WaBot.Hosting;
using WaBot.Options;

namespace WaBot.Alerts;

/// <summary>Empties the queue of alerts into the webhook. A flood comes as one message; a channel that is down is tried again later and blocks nothing.</summary>
internal sealed partial class AlertSender(IAlertOutbox outbox, AlertWebhook webhook, AlertOptions options, Bells bells, TimeProvider time, ILogger<AlertSender> logger) : LoopService(time, logger)
{
    private const int Batch = 500;
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ILogger log = logger;
    private readonly TimeProvider clock = time;
    private readonly Queue<long> sent = new();

    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        var due = await outbox.LoadDueAsync(Batch, ct);
        if (due.Count > 0)
        {
            await SendAsync(due, ct);
        }
        await bells.Alerts.WaitAsync(LookAnyway, ct);
    }

    private async Task SendAsync(IReadOnlyList<QueuedAlert> due, CancellationToken ct)
    {
        while (sent.TryPeek(out var first) && clock.GetElapsedTime(first) >= Window)
        {
            sent.Dequeue();
        }
        var room = options.PerMinute - sent.Count;
        if (room <= 0)
        {
            return;
        }
        // The last place of the minute carries everything that is left.
        var single = due.Count <= room ? due.Count : room - 1;
        foreach (var alert in due.Take(single))
        {
            await DeliverAsync([alert], ct);
        }
        if (due.Count > single)
        {
            await DeliverAsync([.. due.Skip(single)], ct);
        }
    }

    private async Task DeliverAsync(IReadOnlyList<QueuedAlert> alerts, CancellationToken ct)
    {
        sent.Enqueue(clock.GetTimestamp());
        if (await webhook.TrySendAsync(AlertText.Of([.. alerts.Select(a => a.Alert)]), ct))
        {
            foreach (var alert in alerts)
            {
                await outbox.MarkSentAsync(alert.Id, ct);
            }
            return;
        }
        foreach (var alert in alerts)
        {
            var pause = TimeSpan.FromSeconds(5 * Math.Pow(2, Math.Min(alert.Attempts, 8)));
            await outbox.PostponeAsync(alert.Id, clock.GetUtcNow() + (pause < LongestPause ? pause : LongestPause), ct);
        }
        Log.NotSent(log, alerts.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(3602, LogLevel.Warning, "The alert channel did not take {Count} alert(s); they are kept and tried again")]
        public static partial void NotSent(ILogger logger, int count);
    }
}
