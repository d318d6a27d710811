using Interop.Tests.Peers;
using Sandbox.Service;
using WhatsApp;

namespace Interop.Tests;

/// <summary>Messages that could not be read at first: the two sides ask each other again until they can.</summary>
[Collection(SharedStageTests.Name)]
public class HealingTests(SharedStage shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_damaged_on_its_way_to_our_client_is_asked_for_again_and_comes_once(bool inGroup)
    {
        var stage = await shared.GetAsync(Token);
        var group = await stage.MakeGroupAsync(lid: true, stage.Members, Token);
        var to = inGroup ? group.ToString() : stage.BotChat;
        await stage.Ani.Peer.SendAsync(to, $"whole, {inGroup}", Token);
        await stage.Bot.TextAsync($"whole, {inGroup}", Token);
        var before = stage.Now;

        await stage.World.PlayAsync(new ServiceFault.Corrupt { Account = "bot", Device = stage.BotDevice.Device });
        await stage.Ani.Peer.SendAsync(to, $"damaged, {inGroup}", Token);
        await stage.Bot.TextAsync($"damaged, {inGroup}", Token);

        Assert.True(stage.RetriesOf("bot", before) > 0, "It was read without asking again: nothing was damaged.");
        await stage.Ani.Peer.SendAsync(to, $"afterwards, {inGroup}", Token);
        await stage.Bot.TextAsync($"afterwards, {inGroup}", Token);
        Assert.Equal(1, stage.Bot.Count($"damaged, {inGroup}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_of_ours_damaged_on_its_way_to_a_peer_is_sent_again_when_it_asks(bool inGroup)
    {
        var stage = await shared.GetAsync(Token);
        var group = await stage.MakeGroupAsync(lid: true, stage.Members, Token);
        await stage.Budi.Peer.SendAsync(stage.BotChat, $"budi is here, {inGroup}", Token);
        var chat = inGroup ? group : (await stage.Bot.TextAsync($"budi is here, {inGroup}", Token)).Chat.Chat;
        await stage.Bot.SendAsync(chat, $"whole for budi, {inGroup}", Token);
        await stage.Budi.Peer.TextAsync($"whole for budi, {inGroup}", Token);
        var before = stage.Now;

        await stage.World.PlayAsync(new ServiceFault.Corrupt { Account = "budi", Device = stage.Budi.Companion.Device });
        await stage.Bot.SendAsync(chat, $"damaged for budi, {inGroup}", Token);
        await stage.Budi.Peer.TextAsync($"damaged for budi, {inGroup}", Token);

        Assert.True(stage.RetriesOf("budi", before) > 0, "It was read without asking again: nothing was damaged.");
    }

    [Fact]
    public async Task A_peer_that_lost_its_session_reads_the_next_message_of_ours_after_asking_again()
    {
        var stage = await shared.GetAsync(Token);
        var citra = stage.Citra.Peer;
        await citra.SendAsync(stage.BotChat, "citra still knows us", Token);
        var chat = (await stage.Bot.TextAsync("citra still knows us", Token)).Chat.Chat;
        await stage.Bot.SendAsync(chat, "we know citra", Token);
        await citra.TextAsync("we know citra", Token);
        var before = stage.Now;

        await citra.ForgetAsync(stage.BotDevice.Lid.ToString(), Token);
        var sent = await stage.Bot.SendAsync(chat, "does citra know us?", Token);
        await citra.TextAsync("does citra know us?", Token);

        Assert.Equal("msg", stage.Wire.Of(sent).TypeFor(stage.Citra.Companion));
        Assert.True(stage.RetriesOf("citra", before) > 0, "It was read without asking again: no session was lost.");
        await citra.SendAsync(stage.BotChat, "citra knows us again", Token);
        await stage.Bot.TextAsync("citra knows us again", Token);
    }

    /// <summary>Baileys races with itself on the session record when it sends and receives at once; what it cannot read then, it asks for.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bursts_that_cross_arrive_whole_on_both_sides_and_once_on_ours(bool inGroup)
    {
        const int Each = 8;
        var stage = await shared.GetAsync(Token);
        var (name, ani) = (inGroup ? "group" : "private", stage.Ani.Peer);
        var group = await stage.MakeGroupAsync(lid: true, [stage.Ani], Token);
        var address = inGroup ? group.ToString() : stage.BotChat;
        await ani.SendAsync(address, $"{name} burst begins", Token);
        var chat = (await stage.Bot.TextAsync($"{name} burst begins", Token)).Chat.Chat;

        var theirs = Enumerable.Range(0, Each).Select(number => ani.SendAsync(address, $"{name} burst from ani {number}", Token)).ToArray();
        var ours = Enumerable.Range(0, Each).Select(number => stage.Bot.SendAsync(chat, $"{name} burst from us {number}", Token)).ToArray();
        await Task.WhenAll([.. theirs, .. ours]);

        for (var number = 0; number < Each; number++)
        {
            await stage.Bot.TextAsync($"{name} burst from ani {number}", Token);
            await ani.TextAsync($"{name} burst from us {number}", Token);
        }

        var burst = stage.Bot.Texts().Where(text => text.StartsWith($"{name} burst", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Each + 1, burst.Length);
        Assert.Equal(Each + 1, burst.Distinct().Count());
    }

    [Fact]
    public async Task Both_beginning_a_session_in_a_group_at_the_same_instant_read_each_other_in_the_end()
    {
        // Nobody here has met before: both sides fetch keys and open a session, and only then anything is delivered.
        await using var stage = await Stage.OpenAsync(lid: true, botMayWriteFirst: false, Token);
        var group = await stage.MakeGroupAsync(lid: true, stage.Members, Token);

        var (ours, theirs) = await CrossAsync(stage, () => stage.Bot.SendAsync(group, "crossing from us", Token), member => member.Peer.SendAsync(group.ToString(), $"crossing from {member}", Token));

        Assert.All(stage.Members, member => Assert.Equal("pkmsg", stage.Wire.Of(ours).TypeFor(member.Companion)));
        Assert.All(theirs, id => Assert.Equal("pkmsg", stage.Wire.Of(id).TypeFor(stage.BotDevice)));
        foreach (var member in stage.Members)
        {
            await stage.Bot.TextAsync($"crossing from {member}", Token);
            await member.Peer.TextAsync("crossing from us", Token);
        }

        await GoOnAsync(stage, group, group.ToString());
    }

    [Fact]
    public async Task Both_beginning_a_private_session_at_the_same_instant_read_each_other_in_the_end()
    {
        await using var stage = await Stage.OpenAsync(lid: true, botMayWriteFirst: true, Token);
        var ani = stage.Ani;

        var (ours, theirs) = await CrossAsync(stage, () => stage.Bot.SendFirstAsync(ani.Phone.Lid, "crossing from us", Token), member => member.Peer.SendAsync(stage.BotChat, $"crossing from {member}", Token));

        Assert.Equal("pkmsg", stage.Wire.Of(ours).TypeFor(ani.Companion));
        Assert.Equal("pkmsg", stage.Wire.Of(theirs[0]).TypeFor(stage.BotDevice));
        await stage.Bot.TextAsync($"crossing from {ani}", Token);
        await ani.Peer.TextAsync("crossing from us", Token);
        await GoOnAsync(stage, ani.Phone.Lid, stage.BotChat);
    }

    private static async Task<(string Ours, string[] Theirs)> CrossAsync(Stage stage, Func<Task<string>> ours, Func<Member, Task<string>> theirs)
    {
        await stage.World.HoldMessagesAsync();
        var sending = ours();
        var answering = stage.Members.Select(theirs).ToArray();
        var ids = (await sending, await Task.WhenAll(answering));
        foreach (var id in ids.Item2)
        {
            await stage.Wire.UntilSeenAsync(id, Token); // a Baileys client does not wait for the service
        }

        await stage.World.ReleaseMessagesAsync();
        return ids;
    }

    private static async Task GoOnAsync(Stage stage, Jid chat, string address)
    {
        for (var round = 0; round < 3; round++)
        {
            await stage.Ani.Peer.SendAsync(address, $"on we go {round}", Token);
            await stage.Bot.TextAsync($"on we go {round}", Token);
            await stage.Bot.SendAsync(chat, $"yes, on {round}", Token);
            await stage.Ani.Peer.TextAsync($"yes, on {round}", Token);
        }

        Assert.Equal(stage.Bot.Texts().Distinct().Count(), stage.Bot.Texts().Count);
    }
}
