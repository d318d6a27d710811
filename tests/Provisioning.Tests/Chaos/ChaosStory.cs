using Provisioning.Tests.Support;
using Sandbox.Panel;
using Sandbox.Panel.Faults;
using Shared.Claims;
using Shared.Grace;
using Shared.Jobs;
using Shared.Members;
using Shared.Options;

namespace Provisioning.Tests.Chaos;

/// <summary>
/// One seed: up to three members claim, leave and come back while the panel misbehaves and the process dies now and then. Then all becomes calm, an operator
/// puts right what only a person can, and everything has to come to its proper end. The watch looks at the panel after every step.
/// </summary>
internal sealed class ChaosStory(int seed) : IAsyncDisposable
{
    private const int MostSteps = 1500;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(40);
    private static CancellationToken None => CancellationToken.None;

    private readonly Random random = new(seed);
    private readonly Dictionary<(ClaimJob, Guid), DateTimeOffset> notBefore = [];
    private readonly HashSet<int> present = [];
    private Bench bench = null!;
    private Watch watch = null!;
    private int members;

    /// <summary>What happened, for whoever replays a seed.</summary>
    public List<string> Diary { get; } = [];

    public int Deaths { get; private set; }

    public IReadOnlyList<string> Faults { get; private set; } = [];

    public async Task RunAsync()
    {
        bench = await ChaosBench.StartAsync(seed, new ClaimsOptions { GracePeriod = Grace }, new SimulatedPanelOptions { Nodes = 2, AllocationsPerNode = 6 });
        watch = new Watch(bench.Panel);
        members = random.Next(1, 4);
        var dice = new PanelFaultDice(seed, 0.08 + (random.NextDouble() * 0.4), most: random.Next(1, 14));
        bench.Panel.Faults.Roll(dice);
        for (var member = 1; member <= members; member++)
        {
            await JoinAsync(member);
        }

        for (var act = random.Next(10, 60); act > 0; act--)
        {
            await ActAsync(stormy: true);
        }

        bench.Panel.Faults.Roll(null);
        Faults = dice.Drawn;
        Diary.AddRange(Faults.Select(fault => "  fault: " + fault));
        bench.Time.Advance(TimeSpan.FromMinutes(2)); // whatever the panel still had in hand
        await CalmDownAsync();
        await watch.ConcludeAsync(bench, present);
    }

    public async ValueTask DisposeAsync()
    {
        if (bench is not null)
        {
            await bench.DisposeAsync();
        }
    }

    private async Task ActAsync(bool stormy)
    {
        if (stormy && random.Next(12) == 0)
        {
            var member = random.Next(1, members + 1);
            await (present.Contains(member) ? LeaveAsync(member) : JoinAsync(member));
        }
        else if (random.Next(6) == 0)
        {
            await ClaimAsync(random.Next(1, members + 1));
        }
        else
        {
            await WorkAsync(stormy);
        }

        watch.Look();
    }

    /// <summary>One step of one claim that is due; else time passes.</summary>
    private async Task WorkAsync(bool stormy)
    {
        var now = bench.Time.GetUtcNow();
        var due = (await bench.ClaimService.ListWorkAsync(None)).Where(work => notBefore.GetValueOrDefault((work.Job, work.ClaimId)) <= now).ToList();
        if (due.Count == 0)
        {
            await PassAsync(TimeSpan.FromSeconds(random.Next(1, 20)));
            return;
        }

        var work = due[random.Next(due.Count)];
        bench.FailPoints.KillAfter = stormy && random.Next(8) == 0 ? random.Next(1, 8) : null;
        try
        {
            var next = await bench.StepAsync(work.Job, work.ClaimId);
            notBefore[(work.Job, work.ClaimId)] = now + (next is NextStep.After after ? after.Delay : TimeSpan.Zero);
            Diary.Add($"{now:mm:ss} {work.Job} {Short(work.ClaimId)} -> {next}, {await bench.FindAsync(work.ClaimId)} {(await bench.FindAsync(work.ClaimId)).Step}");
        }
        catch (KilledException killed)
        {
            Deaths++;
            Diary.Add($"{now:mm:ss} {work.Job} {Short(work.ClaimId)}: {killed.Message}");
            notBefore.Clear();
            await bench.RestartAsync();
        }
        finally
        {
            bench.FailPoints.KillAfter = null;
        }
    }

    private async Task PassAsync(TimeSpan time)
    {
        var grace = bench.Get<IGraceKeeper>();
        await grace.ObserveAsync(true, None);
        bench.Time.Advance(time);
        await grace.ObserveAsync(true, None);
    }

    private async Task JoinAsync(int member)
    {
        present.Add(member);
        await bench.ApplyEventAsync([Identity(member)], []);
        Diary.Add($"member {member} joins");
        await ClaimAsync(member);
    }

    private async Task LeaveAsync(int member)
    {
        present.Remove(member);
        await bench.ApplyEventAsync([], [Identity(member)]);
        Diary.Add($"member {member} leaves");
    }

    /// <summary>What the member's chat does: a new claim, or another try of the failed one.</summary>
    private async Task ClaimAsync(int member)
    {
        if (!present.Contains(member))
        {
            return;
        }

        var row = await bench.Get<IMemberDirectory>().ResolveAsync(Identity(member), Identity(member).Jid, None);
        var result = await bench.ClaimService.SubmitAsync(new NewClaim(row.Id, "nodejs", $"member{member}"), None);
        if (result is { Outcome: SubmitOutcome.HasOne, Claim: { State: ClaimState.Failed } failed })
        {
            await (random.Next(3) == 0 ? bench.ClaimService.RetryElsewhereAsync(failed.Ref, None) : bench.ClaimService.RetryAsync(failed.Ref, None));
        }

        Diary.Add($"member {member} claims: {result.Outcome} {result.Claim}");
    }

    /// <summary>No more faults. Members want what they wanted; the operator removes what strangers hold and lets held deletions go on.</summary>
    private async Task CalmDownAsync()
    {
        for (var step = 0; step < MostSteps; step++)
        {
            watch.Look();
            var claims = await bench.ClaimService.ListAsync(null, None);
            if (claims.All(claim => claim.State is ClaimState.Active or ClaimState.Deleted) && present.All(member => claims.Any(claim => claim.State == ClaimState.Active && claim.WaJid == Identity(member).Jid)))
            {
                return;
            }

            foreach (var claim in claims.Where(claim => claim.DeletionHeld))
            {
                watch.RemoveByHand(claim);
                await bench.ClaimService.ResumeDeletionAsync(claim.Ref, None);
            }

            foreach (var claim in claims.Where(claim => claim.State == ClaimState.Failed))
            {
                watch.RemoveByHand(claim);
                var gone = !present.Contains(Number(claim));
                await (gone ? bench.ClaimService.CleanUpFailedAsync(claim.Ref, None) : bench.ClaimService.RetryAsync(claim.Ref, None));
            }

            foreach (var member in present.Where(member => claims.Where(claim => claim.WaJid == Identity(member).Jid).All(claim => claim.State == ClaimState.Deleted)))
            {
                await ClaimAsync(member);
            }

            await WorkAsync(stormy: false);
        }

        throw new InvalidOperationException("It never came to an end: " + string.Join("; ", await bench.ClaimService.ListAsync(null, None)));
    }

    private static int Number(Claim claim) => int.Parse(claim.WaJid[11..13], System.Globalization.CultureInfo.InvariantCulture);

    private static MemberIdentity Identity(int member)
    {
        var jid = $"62800010000{member:00}@s.whatsapp.net";
        return new MemberIdentity(jid, jid);
    }

    private static string Short(Guid id) => id.ToString("N")[..4];
}
