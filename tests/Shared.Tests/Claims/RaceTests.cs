using Shared.Claims;
using Shared.Tests.Support;

namespace Shared.Tests.Claims;

/// <summary>Many at once on one real file, through two hosts that share nothing else: the database decides, and everybody gets an answer.</summary>
public class RaceTests
{
    private const int Rounds = 15;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task However_often_and_from_wherever_a_member_submits_there_is_one_claim()
    {
        await using var one = await World.OpenAsync();
        await using var two = one.Second();
        for (var round = 1; round <= Rounds; round++)
        {
            var member = await one.MemberAsync(round);
            var name = $"member_{round}";

            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
                (i % 2 == 0 ? one : two).Claims.SubmitAsync(new NewClaim(member.Id, "nodejs", i < 4 ? name : name + "x"), None))));

            var accepted = Assert.Single(results, result => result.Outcome == SubmitOutcome.Accepted);
            Assert.All(results, result => Assert.Equal(accepted.Claim!.Id, result.Claim!.Id));
            Assert.Equal(7, results.Count(result => result.Outcome == SubmitOutcome.HasOne));
        }
    }

    [Fact]
    public async Task One_username_wanted_by_many_goes_to_one_and_the_others_are_told_that_it_is_taken()
    {
        await using var one = await World.OpenAsync();
        await using var two = one.Second();
        for (var round = 0; round < Rounds; round++)
        {
            var members = new List<long>();
            for (var i = 1; i <= 6; i++)
            {
                members.Add((await one.MemberAsync((round * 10) + i)).Id);
            }

            var results = await Task.WhenAll(members.Select((member, i) => Task.Run(() => (i % 2 == 0 ? one : two).Claims.SubmitAsync(new NewClaim(member, "nodejs", $"wanted_{round}"), None))));

            Assert.Single(results, result => result.Outcome == SubmitOutcome.Accepted);
            Assert.Equal(5, results.Count(result => result.Outcome == SubmitOutcome.UsernameTaken));
        }
    }

    [Fact]
    public async Task The_last_port_goes_to_one_claim_and_the_others_have_to_choose_again()
    {
        await using var one = await World.OpenAsync();
        await using var two = one.Second();
        for (var round = 0; round < Rounds; round++)
        {
            var claims = new List<Claim>();
            for (var i = 1; i <= 4; i++)
            {
                var n = (round * 10) + i;
                var claim = await one.SubmitAsync(await one.MemberAsync(n), $"member_{n}");
                claims.Add(World.Done(await one.Claims.SaveAccountAsync(claim.Ref, n, $"member_{n}", None)));
            }

            var results = await Task.WhenAll(claims.Select((claim, i) => Task.Run(() => (i % 2 == 0 ? one : two).Claims.LeaseAllocationAsync(claim.Ref, 1, 1000 + round, "127.0.0.1", 30_000, None))));

            Assert.Single(results, result => result.IsDone);
            Assert.Equal(3, results.Count(result => result.Outcome == ClaimOutcome.NotAllowed));
        }
    }

    [Fact]
    public async Task One_step_done_twice_at_once_moves_the_claim_once()
    {
        await using var one = await World.OpenAsync();
        await using var two = one.Second();
        for (var round = 1; round <= Rounds; round++)
        {
            var claim = await one.SubmitAsync(await one.MemberAsync(round), $"member_{round}");

            var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => (i % 2 == 0 ? one : two).Claims.SaveAccountAsync(claim.Ref, 100 + i, "x", None))));

            var done = Assert.Single(results, result => result.IsDone);
            Assert.All(results.Where(result => !result.IsDone), result => Assert.Equal(ClaimOutcome.Stale, result.Outcome));
            Assert.Equal(done.Claim!.PanelUserId, (await two.Claims.FindAsync(claim.Id, None))!.PanelUserId);
        }
    }

    [Fact]
    public async Task One_nonce_is_let_in_once()
    {
        await using var one = await World.OpenAsync();
        await using var two = one.Second();
        for (var round = 0; round < Rounds; round++)
        {
            var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => (i % 2 == 0 ? one : two).Nonces.TryRememberAsync($"nonce-{round}", TimeSpan.FromMinutes(2), None))));

            Assert.Single(results, result => result);
        }
    }
}
