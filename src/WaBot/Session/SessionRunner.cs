using WaBot.Hosting;
using WhatsApp;

namespace WaBot.Session;

/// <summary>Keeps the session running; once it has halted, waits until an operator lets it go on.</summary>
internal sealed partial class SessionRunner(IWhatsAppClient client, FlightFiles flight, Bells bells, TimeProvider time, ILogger<SessionRunner> logger) : LoopService(time, logger)
{
    private static readonly TimeSpan PauseBeforeNewQr = TimeSpan.FromSeconds(10);
    private readonly ILogger log = logger;

    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        await client.RunAsync(ct);
        ct.ThrowIfCancellationRequested();
        var status = client.Status;
        var unscanned = status.LastFault?.Reason == SessionFaultReason.PairingExpired;
        Log.Halted(log, status.LastFault?.ToString() ?? "no reason given");

        if (!unscanned)
        {
            await flight.WriteAsync(ct);
        }

        // Unscanned QR codes harm nobody, so new ones are asked for; every other halt is a person's decision.
        await bells.Session.WaitAsync(unscanned ? PauseBeforeNewQr : Timeout.InfiniteTimeSpan, ct);
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Warning, "The session has halted: {Reason}. The operator page shows how to go on.")]
        public static partial void Halted(ILogger logger, string reason);
    }
}
