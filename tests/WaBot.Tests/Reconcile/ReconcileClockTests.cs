using Microsoft.Extensions.DependencyInjection;
using Shared.Reconcile;
using WaBot.Hosting;
using WaBot.Reconcile;
using WaBot.Tests.Support;

namespace WaBot.Tests.Reconcile;

public class ReconcileClockTests
{
    [Fact]
    public async Task Panel_and_table_are_compared_every_ten_minutes_and_whenever_somebody_asks()
    {
        var runs = new CountedRuns();
        await using var host = await new HostUnderTest(null, services => services.AddSingleton<IReconciliation>(runs)).StartAsync();

        host.Get<Bells>().Reconcile.Ring();
        await HostUnderTest.Until(() => runs.Count == 1);
        await HostUnderTest.Until(() =>
        {
            host.Time.Advance(ReconcileClock.Every / 4); // the loop may not be waiting yet
            return runs.Count >= 2;
        });
    }

    private sealed class CountedRuns : IReconciliation
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public Task<ReconcileReport?> RunAsync(CancellationToken ct)
        {
            Interlocked.Increment(ref count);
            return Task.FromResult<ReconcileReport?>(null);
        }

        public Task<AdoptOutcome> AdoptAsync(Guid claimId, CancellationToken ct) => throw new NotSupportedException("The clock only compares.");

        public Task<AdoptOutcome> RecreateAsync(Guid claimId, CancellationToken ct) => throw new NotSupportedException("The clock only compares.");
    }
}
