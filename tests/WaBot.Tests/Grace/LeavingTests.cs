using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shared.Claims;
using Shared.Grace;
using Shared.Members;
using WaBot.Tests.Support;
using WhatsApp;

namespace WaBot.Tests.Grace;

public class LeavingTests
{
    [Fact]
    public async Task Leaving_starts_grace_and_coming_back_ends_it()
    {
        await using var host = await StartedAsync();
        var claim = await ActiveClaimAsync(host);

        Leave(host);
        await HostUnderTest.Until(async () => (await FindAsync(host, claim)).State == ClaimState.Deleting);
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(Events.Budi, Events.Sari, Events.Tono));
        host.WhatsApp.Raise(Events.Members(11, MembersChange.Joined, Events.Budi));
        await HostUnderTest.Until(async () => (await FindAsync(host, claim)).State == ClaimState.Active);

        Assert.Empty(host.Deleter.Runs);
    }

    [Fact]
    public async Task Four_observed_hours_after_leaving_the_deletion_is_handed_to_its_worker_and_not_before()
    {
        await using var host = await StartedAsync();
        var claim = await ActiveClaimAsync(host);
        Leave(host);
        await HostUnderTest.Until(async () => (await FindAsync(host, claim)).State == ClaimState.Deleting);

        host.Time.Advance(TimeSpan.FromHours(3.5));
        await HostUnderTest.Until(async () => (await FindAsync(host, claim)).GraceObserved >= TimeSpan.FromHours(3));
        Assert.DoesNotContain(claim, host.Deleter.Runs);
        host.Time.Advance(TimeSpan.FromMinutes(31));
        await HostUnderTest.Until(() => host.Deleter.Runs.Contains(claim));

        Assert.True((await FindAsync(host, claim)).GraceObserved >= TimeSpan.FromHours(4));
    }

    [Fact]
    public async Task Time_without_a_session_does_not_count()
    {
        await using var host = await StartedAsync();
        var claim = await ActiveClaimAsync(host);
        Leave(host);
        await HostUnderTest.Until(async () => (await FindAsync(host, claim)).State == ClaimState.Deleting);
        host.WhatsApp.Status = new SessionStatus(SessionPhase.WaitingToReconnect);
        await host.Get<IGraceKeeper>().ObserveAsync(loggedInFromNowOn: false, CancellationToken.None);
        var before = (await FindAsync(host, claim)).GraceObserved;

        host.Time.Advance(TimeSpan.FromHours(10));
        await host.Get<IGraceKeeper>().ObserveAsync(loggedInFromNowOn: false, CancellationToken.None);

        Assert.Equal(before, (await FindAsync(host, claim)).GraceObserved);
        Assert.Empty(host.Deleter.Runs);
    }

    [Fact]
    public async Task A_jump_of_the_wall_clock_freezes_deletions_at_the_next_look()
    {
        var clock = new JumpingClock();
        await using var host = new HostUnderTest(null, services => services.AddSingleton<TimeProvider>(clock));
        await host.StartAsync();
        host.LogIn();
        await host.Get<IGraceKeeper>().ObserveAsync(loggedInFromNowOn: true, CancellationToken.None);

        clock.Jump = TimeSpan.FromHours(5);
        clock.Advance(TimeSpan.FromSeconds(31));

        await HostUnderTest.Until(async () => (await host.Get<IDeletionBreaker>().CurrentAsync(CancellationToken.None))?.Reason == FreezeReason.ClockJump);
    }

    [Fact]
    public async Task A_session_removed_from_the_account_freezes_deletions()
    {
        await using var host = await StartedAsync();

        host.WhatsApp.Status = new SessionStatus(SessionPhase.Halted) { LastFault = new SessionFault(SessionFaultReason.LoggedOut, 401) };

        await HostUnderTest.Until(async () => (await host.Get<IDeletionBreaker>().CurrentAsync(CancellationToken.None))?.Reason == FreezeReason.LoggedOut);
    }

    private static void Leave(HostUnderTest host)
    {
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(Events.Sari, Events.Tono));
        host.WhatsApp.Raise(Events.Members(10, MembersChange.Left, Events.Budi));
    }

    private static async Task<HostUnderTest> StartedAsync()
    {
        var host = new HostUnderTest();
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(Events.Budi, Events.Sari, Events.Tono));
        await host.StartAsync();
        host.LogIn();
        await HostUnderTest.Until(async () => await host.Get<IMemberDirectory>().FindByJidAsync(Events.Budi.ToString(), CancellationToken.None) is not null);
        return host;
    }

    private static Task<Guid> ActiveClaimAsync(HostUnderTest host) => host.ActiveClaimAsync(Events.Budi.ToString());

    private static async Task<Claim> FindAsync(HostUnderTest host, Guid id) =>
        await host.Get<IClaimService>().FindAsync(id, CancellationToken.None) ?? throw new InvalidOperationException();

    /// <summary>A wall clock that can be set without time passing.</summary>
    private sealed class JumpingClock() : FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero))
    {
        public TimeSpan Jump { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;

        public override long GetTimestamp() => base.GetUtcNow().Ticks; // the base derives it from the wall clock
    }
}
