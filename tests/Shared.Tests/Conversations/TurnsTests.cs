using Shared.Claims;
using Shared.Conversations;
using Shared.Inbox;
using Shared.Members;
using Shared.Outbox;
using Shared.Tests.Support;

namespace Shared.Tests.Conversations;

public class TurnsTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_turn_is_saved_as_a_whole_or_not_at_all()
    {
        await using var world = await World.OpenAsync();
        var end = await TurnAsync(world, new TurnRequest.SubmitClaim("nodejs", "budi_27"));
        world.OnReach = name =>
        {
            if (name == "turns.save.before")
            {
                throw new InvalidOperationException("killed here");
            }
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Turns.SaveAsync(end, None));
        Assert.Empty(await world.TextsAsync());
        Assert.Empty(await world.Claims.ListAsync(null, None));
        Assert.Single(await world.Inbox.LoadOpenAsync(10, None));
        world.OnReach = null;

        var saved = await world.Turns.SaveAsync(end, None);

        Assert.Equal((TurnOutcome.Saved, ClaimState.Creating), (saved.Outcome, saved.Claim!.State));
        Assert.Equal(["⏳"], await world.TextsAsync());
        Assert.Empty(await world.Inbox.LoadOpenAsync(10, None));
        Assert.Equal("{\"step\":1}", (await world.Turns.StartAsync(end.MemberId, None)).State);
    }

    [Fact]
    public async Task A_turn_handled_twice_speaks_once()
    {
        await using var world = await World.OpenAsync();
        var end = await TurnAsync(world, new TurnRequest.SubmitClaim("nodejs", "budi_27"));
        await world.Turns.SaveAsync(end, None);

        Assert.Equal(TurnOutcome.AlreadyDone, (await world.Turns.SaveAsync(end, None)).Outcome);
        Assert.Single(await world.TextsAsync());
        Assert.Single(await world.Claims.ListAsync(null, None));
    }

    [Fact]
    public async Task A_turn_whose_username_was_taken_meanwhile_starts_again_with_that_known()
    {
        await using var world = await World.OpenAsync();
        var end = await TurnAsync(world, new TurnRequest.SubmitClaim("nodejs", "budi_27"));
        await world.SubmitAsync(await world.MemberAsync(2), "budi_27");
        var texts = await world.TextsAsync();

        Assert.Equal(TurnOutcome.StartAgain, (await world.Turns.SaveAsync(end, None)).Outcome);

        Assert.Equal(texts, await world.TextsAsync());
        Assert.Contains("budi_27", (await world.Turns.StartAsync(end.MemberId, None)).TakenUsernames);
    }

    [Fact]
    public async Task Of_two_turns_from_the_same_state_the_later_starts_again()
    {
        await using var world = await World.OpenAsync();
        var first = await TurnAsync(world, null);
        var second = await TurnAsync(world, null);

        Assert.Equal(TurnOutcome.Saved, (await world.Turns.SaveAsync(first, None)).Outcome);
        Assert.Equal(TurnOutcome.StartAgain, (await world.Turns.SaveAsync(second, None)).Outcome);
    }

    [Fact]
    public async Task Who_left_between_the_check_and_the_yes_gets_no_claim()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(1, 2);
        var end = await TurnAsync(world, new TurnRequest.SubmitClaim("nodejs", "budi_27"));
        await world.LeaveAsync(1);

        Assert.Equal(TurnOutcome.StartAgain, (await world.Turns.SaveAsync(end, None)).Outcome);
        Assert.Empty(await world.Claims.ListAsync(null, None));
    }

    private static async Task<TurnEnd> TurnAsync(World world, TurnRequest? request)
    {
        var member = await world.MemberAsync(1);
        var start = await world.Turns.StartAsync(member.Id, None);
        return new TurnEnd(await world.EventAsync(InboundKind.Message), member.Id, start.Version, "{\"step\":1}", Language.Indonesian, [new Draft(World.Lid(1), "⏳")], request);
    }
}
