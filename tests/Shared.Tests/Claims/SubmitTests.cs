using Shared.Claims;
using Shared.Tests.Support;

namespace Shared.Tests.Claims;

public class SubmitTests
{
    [Fact]
    public async Task Two_submits_at_once_make_one_claim()
    {
        await using var world = await World.OpenAsync();
        var member = await world.MemberAsync(1);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            Task.Run(() => world.Claims.SubmitAsync(new NewClaim(member.Id, "nodejs", $"budi_{i}"), CancellationToken.None))));

        Assert.Single(results, r => r.Outcome == SubmitOutcome.Accepted);
        Assert.Equal(15, results.Count(r => r.Outcome == SubmitOutcome.HasOne));
        Assert.Single(results.Select(r => r.Claim!.Id).Distinct());
        Assert.Single(await world.Claims.ListAsync(null, CancellationToken.None));
    }

    [Fact]
    public async Task One_username_goes_to_one_of_two_members_who_ask_at_once()
    {
        await using var world = await World.OpenAsync();
        var members = new[] { await world.MemberAsync(1), await world.MemberAsync(2) };

        var results = await Task.WhenAll(members.Select(m => Task.Run(() => world.Claims.SubmitAsync(new NewClaim(m.Id, "nodejs", "budi_27"), CancellationToken.None))));

        Assert.Equal([SubmitOutcome.Accepted, SubmitOutcome.UsernameTaken], results.Select(r => r.Outcome).Order());
    }

    [Fact]
    public async Task The_database_itself_refuses_a_second_live_claim_of_a_member()
    {
        await using var world = await World.OpenAsync();
        var member = await world.MemberAsync(1);
        await world.SubmitAsync(member);
        await using var db = await world.DatabaseAsync();
        db.Claims.Add(new Claim { Id = new Guid(1, 2, 3, new byte[8]), MemberId = member.Id, WaJid = member.WaJid, State = ClaimState.Creating, Template = "nodejs", Username = "other_1" });

        await Assert.ThrowsAsync<Microsoft.EntityFrameworkCore.DbUpdateException>(() => db.SaveChangesAsync());
    }

    [Fact]
    public async Task A_new_claim_begins_at_the_account_and_asks_for_its_job()
    {
        await using var world = await World.OpenAsync();
        var claim = await world.SubmitAsync(await world.MemberAsync(1));

        Assert.Equal((ClaimState.Creating, CreationStep.Account), (claim.State, claim.Step));
        Assert.Equal(World.Lid(1), claim.WaJid);
        Assert.Equal([new ClaimWork(Jobs.ClaimJob.Create, claim.Id)], await world.Claims.ListWorkAsync(CancellationToken.None));
        Assert.Equal(["CreationStarted"], await world.TextsAsync());
    }
}
