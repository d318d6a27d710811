using Shared.Reconcile;
using WaBot.Hosting;

namespace WaBot.Reconcile;

/// <summary>Every ten minutes the panel is held against the table, and whenever an operator asks for it.</summary>
internal sealed class ReconcileClock(IReconciliation reconciliation, Bells bells, TimeProvider time, ILogger<ReconcileClock> logger) : LoopService(time, logger)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        await bells.Reconcile.WaitAsync(Every, ct); // first the wait: a start has other things to ask the panel
        await reconciliation.RunAsync(ct);
        bells.Alerts.Ring();
    }
}
