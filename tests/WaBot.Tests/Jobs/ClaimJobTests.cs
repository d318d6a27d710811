using Hangfire;
using Hangfire.States;
using Microsoft.Extensions.DependencyInjection;
using Shared.Claims;
using Shared.Jobs;
using Shared.Members;
using WaBot.Jobs;
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

    [Fact]
    public async Task A_job_that_waits_is_kept_over_a_restart_and_pulled_forward_by_its_natural_key()
    {
        var folder = Directory.CreateTempSubdirectory("wabot-jobs-").FullName;
        var claim = Guid.Parse("00000000-0000-4000-8000-000000000003");
        var before = await new HostUnderTest(folder).StartAsync();
        var id = before.Get<IBackgroundJobs>().Schedule(ClaimJob.Create, claim, TimeSpan.FromHours(1));
        await before.StopAsync();
        await using var after = await new HostUnderTest(folder).StartAsync();
        Assert.Empty(after.Creator.Runs);

        var again = after.Get<IBackgroundJobs>().Enqueue(ClaimJob.Create, claim);

        Assert.Equal(id, again);
        await HostUnderTest.Until(() => after.Creator.Runs.Count == 1);
    }

    [Fact]
    public async Task A_job_cut_off_by_the_stop_of_the_host_is_begun_again_after_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("wabot-jobs-").FullName;
        var claim = Guid.Parse("00000000-0000-4000-8000-000000000004");
        var before = new HostUnderTest(folder, services => services.AddSingleton(new JobPatience(TimeSpan.Zero)));
        before.Deleter.Step = async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct); // only the stop ends it
            return NextStep.Done;
        };
        await before.StartAsync();
        before.Get<IBackgroundJobs>().Enqueue(ClaimJob.Delete, claim);
        await HostUnderTest.Until(() => !before.Deleter.Runs.IsEmpty);
        await before.StopAsync();

        await using var after = await new HostUnderTest(folder).StartAsync();

        await HostUnderTest.Until(() => after.Deleter.Runs.Contains(claim));
    }

    [Fact]
    public async Task Of_two_jobs_for_one_claim_only_the_one_its_key_names_does_the_work()
    {
        await using var host = new HostUnderTest();
        await host.StartAsync();
        var claim = Guid.Parse("00000000-0000-4000-8000-000000000005");
        var jobs = host.Get<IBackgroundJobs>();
        var replaced = jobs.Schedule(ClaimJob.Create, claim, TimeSpan.FromHours(1));
        var named = jobs.Schedule(ClaimJob.Create, claim, TimeSpan.FromHours(2));

        var client = host.Get<IBackgroundJobClient>();
        client.ChangeState(replaced, new EnqueuedState());
        await HostUnderTest.Until(() => host.StateOfJob(replaced) == SucceededState.StateName);
        Assert.Empty(host.Creator.Runs);
        client.ChangeState(named, new EnqueuedState());

        await HostUnderTest.Until(() => host.Creator.Runs.Count == 1);
    }

    [Fact]
    public async Task A_cancelled_job_does_not_run_and_the_claim_gets_a_new_one_when_it_is_wanted()
    {
        await using var host = new HostUnderTest();
        await host.StartAsync();
        var claim = Guid.Parse("00000000-0000-4000-8000-000000000006");
        var jobs = host.Get<IBackgroundJobs>();
        var first = jobs.Schedule(ClaimJob.Delete, claim, TimeSpan.FromHours(1));

        Assert.True(jobs.Cancel(first));
        Assert.False(jobs.Cancel(first));
        var second = jobs.Enqueue(ClaimJob.Delete, claim);

        Assert.NotEqual(first, second);
        await HostUnderTest.Until(() => host.Deleter.Runs.Count == 1);
    }

    [Fact]
    public async Task In_the_emergency_mode_jobs_run_from_memory_and_the_operator_is_warned()
    {
        await using var host = new HostUnderTest(null, null, "--Jobs:Storage", "memory");
        await host.StartAsync();

        host.Get<IBackgroundJobs>().Enqueue(ClaimJob.Create, Guid.Parse("00000000-0000-4000-8000-000000000007"));

        await HostUnderTest.Until(() => host.Creator.Runs.Count == 1);
        Assert.False(File.Exists(Path.Combine(host.Folder, "data", "jobs.db")));
    }
}
