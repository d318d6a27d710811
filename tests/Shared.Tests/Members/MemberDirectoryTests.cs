using Shared.Alerts;
using Shared.Claims;
using Shared.Members;
using Shared.Membership;
using Shared.Tests.Support;

namespace Shared.Tests.Members;

public class MemberDirectoryTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task The_first_jid_seen_stays_the_key_whatever_is_learned_later()
    {
        await using var world = await World.OpenAsync();
        var first = await world.Members.ResolveAsync(new MemberIdentity(World.Phone(1), World.Phone(1)), null, None);

        var later = await world.Members.ResolveAsync(World.Identity(1), World.Lid(1), None);

        Assert.Equal((first.Id, World.Phone(1)), (later.Id, later.WaJid));
        Assert.Equal([World.Lid(1), World.Phone(1)], (await world.Members.AliasesAsync(first.Id, None)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_lid_never_becomes_a_phone()
    {
        await using var world = await World.OpenAsync();
        var member = await world.Members.ResolveAsync(new MemberIdentity("628000000000001@lid", Lid: "628000000000001@lid"), null, None);

        Assert.Equal(["628000000000001@lid"], await world.Members.AliasesAsync(member.Id, None));
        Assert.Null(await world.Members.FindByJidAsync("628000000000001@s.whatsapp.net", None));
    }

    [Fact]
    public async Task Two_rows_that_are_one_person_become_the_older_with_the_younger_ones_claim_under_its_own_key()
    {
        await using var world = await World.OpenAsync();
        var older = await world.Members.ResolveAsync(new MemberIdentity(World.Phone(1), World.Phone(1)), null, None);
        var younger = await world.Members.ResolveAsync(new MemberIdentity(World.Lid(1), Lid: World.Lid(1)), World.Lid(1), None);
        var claim = await world.SubmitAsync(younger);

        await world.Members.LearnAsync(World.Phone(1), World.Lid(1), None);

        var kept = (await world.Members.FindAsync(younger.Id, None))!;
        Assert.Equal(older.Id, kept.Id);
        Assert.Equal(World.Lid(1), kept.PrivateChat);
        var moved = (await world.Claims.FindLiveAsync(older.Id, None))!;
        Assert.Equal((claim.Id, World.Lid(1)), (moved.Id, moved.WaJid));
    }

    [Fact]
    public async Task Two_live_claims_of_one_person_are_both_kept_and_an_operator_is_told()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(5, 6);
        var older = await world.Members.ResolveAsync(new MemberIdentity(World.Phone(1), World.Phone(1)), null, None);
        var younger = await world.Members.ResolveAsync(new MemberIdentity(World.Lid(1), Lid: World.Lid(1)), null, None);
        var claim = await world.ActiveAsync(older, "first_1");
        await world.SubmitAsync(younger, "second_2");

        await world.Members.LearnAsync(World.Phone(1), World.Lid(1), None);
        await world.Members.LearnAsync(World.Phone(1), World.Lid(1), None);

        Assert.Equal([AlertCodes.IdentityConflict], await world.AlertCodesAsync());
        Assert.NotNull(await world.Claims.FindLiveAsync(older.Id, None));
        Assert.NotNull(await world.Claims.FindLiveAsync(younger.Id, None));
        await world.Roster.ApplyEventsAsync(await world.EventAsync(), World.Group, [], [new MemberIdentity(World.Phone(1), World.Phone(1))], None);
        await world.Grace.ObserveAsync(true, None);
        world.Time.Pass(TimeSpan.FromHours(5));
        await world.Grace.ObserveAsync(true, None);
        claim = (await world.Claims.FindAsync(claim.Id, None))!;
        Assert.Equal(ClaimOutcome.Frozen, (await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(Presence.Absent), None)).Outcome);
    }

    [Fact]
    public async Task Who_left_under_one_jid_and_is_present_under_the_other_keeps_the_server()
    {
        await using var world = await World.OpenAsync();
        await world.ReadAsync(5, 6);
        var byPhone = await world.Members.ResolveAsync(new MemberIdentity(World.Phone(1), World.Phone(1)), World.Phone(1), None);
        var claim = await world.ActiveAsync(byPhone);
        var phone = new MemberIdentity(World.Phone(1), World.Phone(1));
        var lid = new MemberIdentity(World.Lid(1), Lid: World.Lid(1));
        await world.Roster.ApplyEventsAsync(await world.EventAsync(), World.Group, [lid], [phone], None);
        Assert.Equal(ClaimState.Deleting, (await world.Claims.FindAsync(claim.Id, None))!.State);

        await world.Members.LearnAsync(World.Phone(1), World.Lid(1), None);

        Assert.Equal(ClaimState.Active, (await world.Claims.FindAsync(claim.Id, None))!.State);
    }

    [Fact]
    public async Task One_person_resolved_from_many_sides_at_once_is_one_member()
    {
        await using var world = await World.OpenAsync();

        var members = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => world.MemberAsync(1))));

        Assert.Single(members.Select(m => m.Id).Distinct());
        Assert.Single(await world.Members.ListAsync(None));
    }
}
