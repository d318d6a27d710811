using Shared.Grace;
using WaBot.Hosting;
using WhatsApp;

namespace WaBot.Grace;

/// <summary>Every 30 s: what was observed is written down, jumps of the wall clock are noticed, and the rows that fell due are looked for.</summary>
internal sealed class GraceClock(IGraceKeeper grace, IWhatsAppClient client, Bells bells, TimeProvider time, ILogger<GraceClock> logger) : LoopService(time, logger)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private readonly TimeProvider clock = time;

    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        var loggedIn = client.Status.Phase == SessionPhase.LoggedIn;
        await grace.ObserveAsync(loggedIn, ct);
        if (loggedIn)
        {
            await grace.AnnounceLastHoursAsync(ct);
        }
        bells.Work.Ring();
        bells.RingSenders();
        await Task.Delay(Every, clock, ct);
    }
}
