namespace Interop.Tests;

/// <summary>Text between our client and three real Baileys clients, both ways, in both addressing modes.</summary>
public class TalkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Text_goes_both_ways_in_private_chats(bool lid)
    {
        await using var stage = await Stage.OpenAsync(lid, Token);

        foreach (var (member, peer) in stage.Peers)
        {
            await peer.SendAsync(stage.BotAddress(lid).ToString(), $"hello from {member}", Token);
            var heard = await stage.Bot.TextAsync($"hello from {member}", Token);
            Assert.False(heard.IsGroup);

            await stage.Bot.SendAsync(heard.Chat.Chat, $"hello {member}", Token);
            await peer.TextAsync($"hello {member}", Token);
        }

        // Once more on the established sessions: plain messages, no prekeys.
        foreach (var (member, peer) in stage.Peers)
        {
            await peer.SendAsync(stage.BotAddress(lid).ToString(), $"again from {member}", Token);
            var heard = await stage.Bot.TextAsync($"again from {member}", Token);
            await stage.Bot.SendAsync(heard.Chat.Chat, $"again {member}", Token);
            await peer.TextAsync($"again {member}", Token);
            Assert.Equal(1, stage.Bot.Count($"again from {member}"));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Text_goes_both_ways_in_a_group(bool lid)
    {
        await using var stage = await Stage.OpenAsync(lid, Token);

        for (var round = 1; round <= 3; round++)
        {
            await stage.Bot.SendAsync(stage.Group, $"round {round} from the bot", Token);
            foreach (var (member, peer) in stage.Peers)
            {
                await peer.TextAsync($"round {round} from the bot", Token);
                await peer.SendAsync(stage.Group.ToString(), $"round {round} from {member}", Token);
                var heard = await stage.Bot.TextAsync($"round {round} from {member}", Token);
                Assert.True(heard.IsGroup);
                Assert.Equal(lid, heard.Sender.IsLid || heard.SenderLid is not null);
            }
        }
    }

    [Fact]
    public async Task A_message_sent_while_our_client_was_away_arrives_once_when_it_is_back()
    {
        await using var stage = await Stage.OpenAsync(lid: true, Token);
        await stage.World.PlayAsync(new Sandbox.Service.ServiceFault.Drop { Account = "bot" });

        await stage.Peer("ani").SendAsync(stage.BotAddress(lid: true).ToString(), "while you were away", Token);

        await stage.Bot.TextAsync("while you were away", Token);
        await stage.World.SettleAsync();
        Assert.Equal(1, stage.Bot.Count("while you were away"));
    }
}
