using Interop.Tests.Peers;
using Sandbox.Service;

namespace Interop.Tests;

/// <summary>What Baileys sends while our client is away, and the other way round.</summary>
[Collection(SharedStageTests.Name)]
public class OfflineTests(SharedStage shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_sent_while_our_client_was_away_arrives_once_and_in_order()
    {
        var stage = await shared.GetAsync(Token);
        var group = await stage.MakeGroupAsync(lid: true, stage.Members, Token);

        await stage.Bot.GoAwayAsync();
        for (var number = 0; number < 3; number++)
        {
            await stage.Ani.Peer.SendAsync(stage.BotChat, $"in private meanwhile {number}", Token);
            await stage.Budi.Peer.SendAsync(group.ToString(), $"in the group meanwhile {number}", Token);
        }

        await stage.Bot.ReturnAsync(Token);

        foreach (var place in (string[])["in private", "in the group"])
        {
            await stage.Bot.TextAsync($"{place} meanwhile 2", Token);
            Assert.Equal(["0", "1", "2"], stage.Bot.Texts().Where(text => text.StartsWith($"{place} meanwhile", StringComparison.Ordinal)).Select(text => text[^1..]));
        }

        Assert.True((await stage.Bot.TextAsync("in private meanwhile 0", Token)).Offline);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_the_offline_queue_loses_and_doubles_nothing()
    {
        var stage = await shared.GetAsync(Token);
        var group = await stage.MakeGroupAsync(lid: true, stage.Members, Token);

        await stage.Bot.GoAwayAsync();
        for (var number = 0; number < 10; number++)
        {
            await stage.Citra.Peer.SendAsync(number % 2 == 0 ? stage.BotChat : group.ToString(), $"queued {number}", Token);
        }

        var before = stage.Now;
        await stage.World.PlayAsync(new ServiceFault.DropInOfflineQueue(4) { Account = "bot" });
        await stage.Bot.ReturnAsync(Token);

        for (var number = 0; number < 10; number++)
        {
            await stage.Bot.TextAsync($"queued {number}", Token);
        }

        Assert.Contains(stage.World.EventsAfter(before), item => item is { Kind: WorldEventKinds.Fault, Account: "bot" });
        var queued = stage.Bot.Texts().Where(text => text.StartsWith("queued", StringComparison.Ordinal)).ToArray();
        Assert.Equal(10, queued.Length);
        Assert.Equal(10, queued.Distinct().Count());
    }

    [Fact]
    public async Task What_our_client_sent_while_a_peer_was_away_is_read_when_it_is_back()
    {
        var stage = await shared.GetAsync(Token);
        var group = await stage.MakeGroupAsync(lid: true, stage.Members, Token);
        await stage.Budi.Peer.SendAsync(stage.BotChat, "budi goes away", Token);
        var chat = (await stage.Bot.TextAsync("budi goes away", Token)).Chat.Chat;

        await stage.Budi.Peer.GoAwayAsync(Token);
        await stage.Bot.SendAsync(chat, "private for budi's return", Token);
        await stage.Bot.SendAsync(group, "group for budi's return", Token);
        await stage.Budi.Peer.ReturnAsync(Token);

        await stage.Budi.Peer.TextAsync("private for budi's return", Token);
        await stage.Budi.Peer.TextAsync("group for budi's return", Token);
    }
}
