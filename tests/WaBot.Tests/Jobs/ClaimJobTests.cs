using Shared.Claims;
using Shared.Jobs;
using Shared.Members;
using WaBot.Tests.Support;

namespace WaBot.Tests.Jobs;

public class ClaimJobTests
{
    [Fact]
    public async Task A_row_without_a_job_gets_one_at_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("wabot-jobs-").FullName;
        var before = await new HostUnderTest(folder).StartAsync();
        var member = await before.Get<IMemberDirectory>().ResolveAsync(new MemberIdentity(Events.Budi.ToString()), null, CancellationToken.None);
        var claim = (await before.Get<IClaimService>().SubmitAsync(new NewClaim(member.Id, "nodejs", "budi_27"), CancellationToken.None)).Claim!.Id;
        await before.StopAsync();

        await using var after = await new HostUnderTest(folder).StartAsync();

        await HostUnderTest.Until(() => after.Creator.Runs.Contains(claim));
    }

    [Fact]
    public async Task Steps_follow_each_other_until_done()
    {
        await using var host = new HostUnderTest();
        var steps = 0;
        host.Creator.Step = (_, _) => Interlocked.Increment(ref steps) switch
        {
            1 => Task.FromResult(NextStep.Now),
            2 => Task.FromResult<NextStep>(new NextStep.After(TimeSpan.FromMilliseconds(10))),
            _ => Task.FromResult(NextStep.Done),
        };
        await host.StartAsync();

        host.Get<IBackgroundJobs>().Enqueue(ClaimJob.Create, Guid.Parse("00000000-0000-4000-8000-000000000001"));

        await HostUnderTest.Until(() => host.Creator.Runs.Count == 3);
    }

    [Fact]
    public async Task A_claim_wanted_again_while_its_job_runs_is_run_once_more_and_never_twice_at_once()
    {
        await using var host = new HostUnderTest();
        var release = new TaskCompletionSource();
        var inside = 0;
        var most = 0;
        host.Deleter.Step = async (_, ct) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await release.Task.WaitAsync(ct);
            Interlocked.Decrement(ref inside);
            return NextStep.Done;
        };
        await host.StartAsync();
        var claim = Guid.Parse("00000000-0000-4000-8000-000000000002");
        var jobs = host.Get<IBackgroundJobs>();

        jobs.Enqueue(ClaimJob.Delete, claim);
        await HostUnderTest.Until(() => !host.Deleter.Runs.IsEmpty);
        jobs.Enqueue(ClaimJob.Delete, claim);
        jobs.Enqueue(ClaimJob.Delete, claim);
        release.SetResult();

        await HostUnderTest.Until(() => host.Deleter.Runs.Count == 2);
        Assert.Equal(1, most);
    }
}
