using Interop.Tests.Peers;
using WhatsApp;

namespace Interop.Tests;

/// <summary>Who has left a group cannot read what our client writes to it from then on, whatever keys it kept.</summary>
[Collection(SharedStageTests.Name)]
public class RemovalTests(SharedStage shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task The_next_message_of_ours_after_a_removal_cannot_be_read_with_the_key_the_removed_member_had(bool lid, bool kicked)
    {
        var stage = await shared.GetAsync(Token);
        var (gone, stays) = (stage.Ani, stage.Budi);
        var story = $"by lid {lid}, kicked {kicked}";
        var author = stage.BotDevice.Address(lid).ToString();
        var group = await stage.MakeGroupAsync(lid, [stays, gone], Token);
        await stage.Bot.SendAsync(group, $"first, {story}", Token);
        await gone.Peer.TextAsync($"first, {story}", Token);

        // The peer has the sender key, but is away: the next ciphertext has not been read by it yet.
        await gone.Peer.GoAwayAsync(Token);
        var before = stage.Wire.Of(await stage.Bot.SendAsync(group, $"before, {story}", Token));
        Assert.True(await gone.Peer.CanReadAsync(group.ToString(), author, before.SenderKeyMessage, Token));

        await (kicked ? stays.Phone.KickAsync(group, gone.Phone) : gone.Phone.LeaveAsync(group));
        await stage.Bot.EventAsync<GroupMembersChanged>(item => item.Group == group && item.Change == MembersChange.Left, Token);
        var after = stage.Wire.Of(await stage.Bot.SendAsync(group, $"after, {story}", Token));
        await stays.Peer.TextAsync($"after, {story}", Token);

        Assert.False(await gone.Peer.CanReadAsync(group.ToString(), author, after.SenderKeyMessage, Token));
        Assert.True(await gone.Peer.CanReadAsync(group.ToString(), author, before.SenderKeyMessage, Token));
        Assert.NotEqual(before.KeyId, after.KeyId);
        Assert.Null(after.TypeFor(gone.Companion));
        Assert.NotNull(after.TypeFor(stays.Companion));

        // Back on the line it gets what was written while it was a member, and nothing later.
        await gone.Peer.ReturnAsync(Token);
        await gone.Peer.TextAsync($"before, {story}", Token);
        Assert.False(await gone.Peer.CanReadAsync(group.ToString(), author, after.SenderKeyMessage, Token));
        Assert.Equal(0, gone.Peer.Count($"after, {story}"));
    }

    [Fact]
    public async Task A_companion_linked_later_reads_what_our_client_writes_then_and_once_unlinked_nothing_more()
    {
        var stage = await shared.GetAsync(Token);
        var (owner, author) = (stage.Citra, stage.BotDevice.Lid.ToString());
        var group = await stage.MakeGroupAsync(lid: true, stage.Members, Token);
        await stage.Bot.SendAsync(group, "before the second companion", Token);
        await owner.Peer.TextAsync("before the second companion", Token);

        await using var second = await stage.LinkAnotherAsync(owner, Token);
        await stage.Bot.SendAsync(group, "with the second companion", Token);
        await second.Peer.TextAsync("with the second companion", Token);
        await second.Peer.GoAwayAsync(Token);
        var before = stage.Wire.Of(await stage.Bot.SendAsync(group, "the last with the second companion", Token));
        Assert.True(await second.Peer.CanReadAsync(group.ToString(), author, before.SenderKeyMessage, Token));

        await owner.Phone.UnlinkAsync(second.Companion.Device);

        // Its ack comes behind the notice of the change, so our client knows by then.
        await stage.Bot.SendAsync(group, "unlinked", Token);
        var after = stage.Wire.Of(await stage.Bot.SendAsync(group, "without the second companion", Token));
        await owner.Peer.TextAsync("without the second companion", Token);

        Assert.False(await second.Peer.CanReadAsync(group.ToString(), author, after.SenderKeyMessage, Token));
        Assert.True(await second.Peer.CanReadAsync(group.ToString(), author, before.SenderKeyMessage, Token));
        Assert.Null(after.TypeFor(second.Companion));
    }
}
