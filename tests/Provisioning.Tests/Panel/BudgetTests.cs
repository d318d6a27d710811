using Microsoft.Extensions.Time.Testing;
using Provisioning.Panel;
using Provisioning.Tests.Chaos;
using Provisioning.Tests.Support;
using Sandbox.Panel;
using Shared.Claims;
using Shared.Jobs;
using Shared.Options;

namespace Provisioning.Tests.Panel;

public class BudgetTests
{
    [Fact]
    public void No_minute_however_it_is_cut_holds_more_requests_than_the_budget()
    {
        var time = new FakeTimeProvider();
        var budget = new PanelBudget(new PanelOptions { RequestsPerMinute = 230 }, time);
        var random = new Random(4);
        var sent = new List<DateTimeOffset>();
        for (var i = 0; i < 4000; i++)
        {
            if (budget.Take() is { } wait)
            {
                Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
                time.Advance(random.Next(3) == 0 ? wait : wait * random.NextDouble());
                continue;
            }

            sent.Add(time.GetUtcNow());
            time.Advance(TimeSpan.FromMilliseconds(random.Next(400)));
        }

        for (var i = 230; i < sent.Count; i++)
        {
            Assert.True(sent[i] - sent[i - 230] >= TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void A_shorter_pause_does_not_end_a_longer_one()
    {
        var time = new FakeTimeProvider();
        var budget = new PanelBudget(new PanelOptions(), time);
        budget.Pause(TimeSpan.FromSeconds(50));
        time.Advance(TimeSpan.FromSeconds(10));

        budget.Pause(TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.FromSeconds(40), budget.Take());
    }

    [Fact]
    public async Task Fifty_claims_at_once_stay_below_the_panels_limit_share_their_polls_and_are_all_active_within_twenty_seconds()
    {
        await using var bench = await ChaosBench.StartAsync(1, new ClaimsOptions { MemoryMiB = 64 }, new SimulatedPanelOptions { AllocationsPerNode = 30, InstallTime = TimeSpan.FromSeconds(5) });
        var claims = new List<Claim>();
        for (var n = 1; n <= 50; n++)
        {
            claims.Add(await bench.ClaimAsync($"member_{n}", $"62800010000{n:00}"));
        }

        var begun = bench.Time.GetUtcNow();
        var due = claims.ToDictionary(claim => claim.Id, _ => begun);
        while (due.Count > 0)
        {
            var (id, at) = due.MinBy(item => item.Value);
            bench.Time.SetUtcNow(at > bench.Time.GetUtcNow() ? at : bench.Time.GetUtcNow());
            if (await bench.StepAsync(ClaimJob.Create, id) is NextStep.After after)
            {
                due[id] = bench.Time.GetUtcNow() + after.Delay;
            }
            else
            {
                due.Remove(id);
            }
        }

        Assert.All(await bench.ClaimService.ListAsync(null, CancellationToken.None), claim => Assert.Equal(ClaimState.Active, claim.State));
        Assert.DoesNotContain(bench.Panel.Log.Entries, entry => entry.Status == 429);
        Assert.InRange(bench.Panel.Log.Count("GET /servers"), 1, 8);
        Assert.InRange(bench.Panel.Log.Count("GET /nodes"), 1, 8);
        Assert.InRange(bench.Panel.Log.Entries.Count, 150, 230);
        Assert.InRange(bench.Time.GetUtcNow() - begun, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
