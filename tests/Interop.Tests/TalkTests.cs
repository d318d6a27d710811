using Interop.Tests.Peers;
using WhatsApp;

namespace Interop.Tests;

/// <summary>Text between our client and three real Baileys clients who have just met, both ways, in both addressing modes.</summary>
public class TalkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Text_goes_both_ways_in_private_on_fresh_and_on_established_sessions(bool lid)
    {
        await using var stage = await Stage.OpenAsync(lid, botMayWriteFirst: false, Token);

        foreach (var member in stage.Members)
        {
            string[] asked = ["pkmsg", "msg", "msg"];
            for (var round = 0; round < asked.Length; round++)
            {
                var question = await member.Peer.SendAsync(stage.BotChat, $"question {round} of {member}", Token);
                var heard = await stage.Bot.TextAsync($"question {round} of {member}", Token);
                var answer = await stage.Bot.SendAsync(heard.Chat.Chat, $"answer {round} to {member}", Token);
                var read = await member.Peer.TextAsync($"answer {round} to {member}", Token);

                Assert.False(heard.IsGroup);
                Assert.Equal(member.Companion.Lid.Bare, heard.Sender);
                Assert.Equal(stage.BotDevice.Address(lid).Bare.ToString(), (string?)read["chat"]);
                Assert.Equal(asked[round], stage.Wire.Of(question).TypeFor(stage.BotDevice));
                Assert.Equal("msg", stage.Wire.Of(answer).TypeFor(member.Companion));
                Assert.Equal((lid, lid), (stage.Wire.Of(question).ByLid, stage.Wire.Of(answer).ByLid));
            }
        }

        AssertEachTextOnce(stage, atBot: 9, atEachPeer: 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Text_goes_both_ways_in_groups_on_fresh_and_on_established_sessions(bool lid)
    {
        await using var stage = await Stage.OpenAsync(lid, botMayWriteFirst: false, Token);

        // The first group finds nobody acquainted; in the second the sender keys travel on sessions that are there.
        var rounds = 0;
        foreach (var (name, carrier) in new[] { ("first", "pkmsg"), ("second", "msg") })
        {
            var group = await stage.MakeGroupAsync(lid, stage.Members, Token);
            for (var round = 0; round < 3; round++)
            {
                rounds++;
                var call = await stage.Bot.SendAsync(group, $"call {round} in the {name} group", Token);
                foreach (var member in stage.Members)
                {
                    await member.Peer.TextAsync($"call {round} in the {name} group", Token);
                    Assert.Equal(round == 0 ? carrier : null, stage.Wire.Of(call).TypeFor(member.Companion));
                }

                foreach (var member in stage.Members)
                {
                    await AnswerAsync(stage, group, member, $"answer {round} of {member} in the {name} group", lid);
                }

                Assert.Equal(lid, stage.Wire.Of(call).ByLid);
            }
        }

        AssertEachTextOnce(stage, atBot: rounds * 3, atEachPeer: rounds * 3);
    }

    [Fact]
    public async Task The_gaps_a_Baileys_sender_leaves_in_its_group_key_lose_nothing()
    {
        await using var stage = await Stage.OpenAsync(lid: true, botMayWriteFirst: false, Token);
        var group = await stage.MakeGroupAsync(lid: true, stage.Members, Token);

        var ids = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            ids.Add(await stage.Ani.Peer.SendAsync(group.ToString(), $"number {number}", Token));
        }

        for (var number = 0; number < 5; number++)
        {
            await stage.Bot.TextAsync($"number {number}", Token);
        }

        var iterations = ids.Select(id => stage.Wire.Of(id).Iteration).ToArray();
        Assert.Contains(iterations.Zip(iterations.Skip(1)), pair => pair.Second > pair.First + 1);
        Assert.Equal(Enumerable.Range(0, 5).Select(number => $"number {number}"), stage.Bot.Texts());
    }

    private static void AssertEachTextOnce(Stage stage, int atBot, int atEachPeer)
    {
        Assert.Equal(atBot, stage.Bot.Texts().Count);
        Assert.Equal(atBot, stage.Bot.Texts().Distinct().Count());
        Assert.All(stage.Members, member =>
        {
            Assert.Equal(atEachPeer, member.Peer.ShownIds.Count);
            Assert.Equal(atEachPeer, member.Peer.ShownIds.Distinct().Count());
        });
    }

    private static async Task AnswerAsync(Stage stage, Jid group, Member member, string text, bool lid)
    {
        var id = await member.Peer.SendAsync(group.ToString(), text, Token);
        var heard = await stage.Bot.TextAsync(text, Token);
        Assert.Equal(group, heard.Chat.Chat);
        Assert.Equal(member.Companion.Lid.Bare, heard.Sender);
        Assert.Equal(lid, stage.Wire.Of(id).ByLid);
        foreach (var other in stage.Members.Where(other => other != member))
        {
            await other.Peer.TextAsync(text, Token);
        }
    }
}
