using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Claims;
using Shared.Options;
using Shared.Outbox;
using Shared.Tests.Support;

namespace Shared.Tests.Claims;

public class CreationTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_change_from_a_version_that_has_passed_is_refused_and_changes_nothing()
    {
        await using var world = await World.OpenAsync();
        var claim = await world.SubmitAsync(await world.MemberAsync(1));
        var old = claim.Ref;
        World.Done(await world.Claims.PlanAccountAsync(old, "budi_27", "pw", None));

        var second = await world.Claims.FailAsync(old, FailureCodes.NodeFull, None);

        Assert.Equal(ClaimOutcome.Stale, second.Outcome);
        Assert.Equal(ClaimState.Creating, (await world.Claims.FindAsync(claim.Id, None))!.State);
        Assert.Equal(["submit", "planAccount"], (await world.Claims.TimelineAsync(claim.Id, None)).Select(e => e.Kind));
    }

    [Fact]
    public async Task Of_two_workers_that_read_the_same_version_one_wins()
    {
        await using var world = await World.OpenAsync();
        var claim = await world.SubmitAsync(await world.MemberAsync(1));

        var changes = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() => world.Claims.SaveAccountAsync(claim.Ref, i, "budi_27", None))));

        Assert.Equal(1, changes.Count(c => c.IsDone));
        Assert.Equal(7, changes.Count(c => c.Outcome == ClaimOutcome.Stale));
    }

    [Fact]
    public async Task Active_queues_the_credentials_protected_and_takes_the_password_out_of_the_claim()
    {
        await using var world = await World.OpenAsync();
        var claim = await world.ActiveAsync(await world.MemberAsync(1));

        Assert.Equal(ClaimState.Active, claim.State);
        Assert.Null(await world.Claims.ReadPasswordAsync(claim.Id, None));
        var due = await DrainAsync(world);
        Assert.Contains(due, m => m.Text == "ServerReady budi_27 Secret-of-32-characters-0123456");
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(world.File_)!))
        {
            Assert.DoesNotContain("Secret-of-32", System.Text.Encoding.Latin1.GetString(await ReadAsync(file)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_password_is_there_again_after_a_crash_between_plan_and_creation()
    {
        await using var world = await World.OpenAsync();
        var claim = await world.SubmitAsync(await world.MemberAsync(1));
        World.Done(await world.Claims.PlanAccountAsync(claim.Ref, "budi_27", "pass-word", None));

        Assert.Equal("pass-word", await world.Claims.ReadPasswordAsync(claim.Id, None));
    }

    [Fact]
    public async Task Nothing_is_active_before_the_final_check_or_without_a_password_to_hand_over()
    {
        await using var world = await World.OpenAsync();
        var claim = await world.InstallingAsync(await world.MemberAsync(1));

        Assert.Equal(ClaimOutcome.NotAllowed, (await world.Claims.MarkActiveAsync(claim.Ref, None)).Outcome);
    }

    [Fact]
    public async Task Three_answered_failures_of_a_step_fail_the_claim_tell_the_member_and_alert_once()
    {
        await using var world = await World.OpenAsync();
        var claim = await world.SubmitAsync(await world.MemberAsync(1));
        var later = world.Time.GetUtcNow() + TimeSpan.FromSeconds(5);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal(ClaimState.Creating, claim.State);
            claim = World.Done(await world.Claims.RecordFailureAsync(claim.Ref, FailureCodes.PanelError, later, None));
        }

        Assert.Equal((ClaimState.Failed, FailureCodes.PanelError), (claim.State, claim.FailureCode));
        Assert.Equal(["CreationStarted", "CreationFailed"], await world.TextsAsync());
        Assert.Equal([AlertCodes.ClaimFailed], await world.AlertCodesAsync());
        Assert.Empty(await world.Claims.ListWorkAsync(None));
    }

    [Fact]
    public async Task A_step_that_succeeds_starts_the_next_with_all_its_tries()
    {
        await using var world = await World.OpenAsync();
        var claim = await world.SubmitAsync(await world.MemberAsync(1));
        claim = World.Done(await world.Claims.RecordFailureAsync(claim.Ref, FailureCodes.PanelError, world.Time.GetUtcNow(), None));
        claim = World.Done(await world.Claims.RecordFailureAsync(claim.Ref, FailureCodes.PanelError, world.Time.GetUtcNow(), None));

        claim = World.Done(await world.Claims.SaveAccountAsync(claim.Ref, 7, "budi_27", None));

        Assert.Equal((0, (DateTimeOffset?)null), (claim.FailedAttempts, claim.NotBefore));
    }

    [Fact]
    public async Task An_unreachable_panel_is_told_once_counts_nothing_and_ends_after_the_longest_wait()
    {
        await using var world = await World.OpenAsync(new ClaimsOptions { LongestWait = TimeSpan.FromHours(1) });
        var claim = await world.SubmitAsync(await world.MemberAsync(1));
        for (var i = 0; i < 4; i++)
        {
            claim = World.Done(await world.Claims.DeferAsync(claim.Ref, world.Time.GetUtcNow() + TimeSpan.FromMinutes(15), tellMember: true, None));
            Assert.Empty(await world.Claims.ListWorkAsync(None));
            world.Time.Pass(TimeSpan.FromMinutes(16));
            Assert.Single(await world.Claims.ListWorkAsync(None));
        }
        Assert.Equal((ClaimState.Creating, 0), (claim.State, claim.FailedAttempts));
        Assert.Equal(["CreationStarted", "WaitingForPanel"], await world.TextsAsync());

        claim = World.Done(await world.Claims.DeferAsync(claim.Ref, world.Time.GetUtcNow(), tellMember: true, None));

        Assert.Equal((ClaimState.Failed, FailureCodes.WaitedTooLong), (claim.State, claim.FailureCode));
    }

    [Fact]
    public async Task A_failed_claim_is_tried_again_with_the_same_ids_from_the_server_on()
    {
        await using var world = await World.OpenAsync();
        var claim = await world.InstallingAsync(await world.MemberAsync(1));
        var failed = World.Done(await world.Claims.FailAsync(claim.Ref, FailureCodes.InstallTimeout, None));

        var again = World.Done(await world.Claims.RetryAsync(failed.Ref, None));

        Assert.Equal((claim.Id, 70, CreationStep.Server, ClaimState.Creating), (again.Id, again.PanelServerId, again.Step, again.State));
        Assert.Equal(FailureCodes.InstallTimeout, again.FailureCode); // says what to do with what stands there
        again = World.Done(await world.Claims.SaveServerAsync(again.Ref, new PanelServerIds(71, "abcd1235", 1, 101, "127.0.0.1", 30000), None));
        Assert.Null(again.FailureCode);
    }

    [Fact]
    public async Task An_allocation_is_leased_to_one_claim_until_that_is_deleted()
    {
        await using var world = await World.OpenAsync();
        var first = await world.SubmitAsync(await world.MemberAsync(1), "first_1");
        var second = await world.SubmitAsync(await world.MemberAsync(2), "second_2");
        first = World.Done(await world.Claims.SaveAccountAsync(first.Ref, 1, "first_1", None));
        second = World.Done(await world.Claims.SaveAccountAsync(second.Ref, 2, "second_2", None));
        first = World.Done(await world.Claims.LeaseAllocationAsync(first.Ref, 1, 500, "127.0.0.1", 30000, None));

        Assert.Equal(ClaimOutcome.NotAllowed, (await world.Claims.LeaseAllocationAsync(second.Ref, 1, 500, "127.0.0.1", 30000, None)).Outcome);
        World.Done(await world.Claims.LeaseAllocationAsync(first.Ref, 1, 501, "127.0.0.1", 30001, None));
        World.Done(await world.Claims.LeaseAllocationAsync(second.Ref, 1, 500, "127.0.0.1", 30000, None));

        Assert.Equal([500, 501], (await world.Claims.ListLeasedAllocationsAsync(None)).Order());
    }

    [Fact]
    public async Task Every_commit_stands_between_its_two_fail_points_and_a_fault_before_it_leaves_no_trace()
    {
        await using var world = await World.OpenAsync();
        var claim = await world.SubmitAsync(await world.MemberAsync(1));
        Assert.Equal(["claims.submit.before", "claims.submit.after"], world.Reached.TakeLast(2));
        Assert.All(world.Reached, name => Assert.Contains(name, FailPoints.FailPointNames.All));
        world.OnReach = name =>
        {
            if (name == "claims.fail.before")
            {
                throw new InvalidOperationException("killed here");
            }
        };

        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Claims.FailAsync(claim.Ref, FailureCodes.NodeFull, None));

        var after = (await world.Claims.FindAsync(claim.Id, None))!;
        Assert.Equal((ClaimState.Creating, claim.Version), (after.State, after.Version));
        Assert.Empty(await world.AlertCodesAsync());
    }

    [Theory]
    [InlineData("claims.submit.before", 0)]
    [InlineData("claims.submit.after", 1)]
    public async Task Killed_around_the_commit_of_a_submission_there_is_one_claim_or_none(string point, int claims)
    {
        await using var world = await World.OpenAsync();
        var member = await world.MemberAsync(1);
        world.OnReach = name =>
        {
            if (name == point)
            {
                throw new InvalidOperationException("killed here");
            }
        };

        await Assert.ThrowsAsync<InvalidOperationException>(() => world.SubmitAsync(member));
        world.OnReach = null;

        Assert.Equal(claims, (await world.Claims.ListAsync(null, None)).Count);
        Assert.Equal(claims, (await DrainAsync(world)).Count);
        Assert.Equal(claims == 0, (await world.Claims.SubmitAsync(new NewClaim(member.Id, "nodejs", "budi_27"), None)).Outcome == SubmitOutcome.Accepted);
    }

    private static async Task<List<OutboxMessage>> DrainAsync(World world)
    {
        var all = new List<OutboxMessage>();
        while (await world.Outbox.LoadDueAsync(10, None) is { Count: > 0 } due)
        {
            all.AddRange(due);
            foreach (var message in due)
            {
                await world.Outbox.MarkSentAsync(message.MessageId, world.Time.GetUtcNow(), None);
            }
        }
        return all;
    }

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory);
        return memory.ToArray();
    }
}
