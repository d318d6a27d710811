using EndToEnd.Tests.Stories;
using Sandbox.Run;
using Sandbox.Service;

namespace EndToEnd.Tests.Crash;

/// <summary>Misfortunes that do not come singly.</summary>
public class ChainTests
{
    private const int Waiting = 40;
    private const int Dropped = 17;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_claim_killed_at_every_step_in_a_row_still_ends_with_exactly_one_of_everything()
    {
        string[] kills =
        [
            "whatsapp.message-received.after", "inbox.store.after", "inbox.attempt.after", "turns.save.after", "panel.findUser.after", "claims.planAccount.after",
            "panel.createUser.before", "panel.createUser.after", "panel.updateUser.after", "claims.saveAccount.after", "panel.listNodes.after", "claims.leaseAllocation.after",
            "panel.createServer.before", "panel.createServer.after", "claims.saveServer.before", "claims.saveServer.after", "panel.listServers.after", "claims.saveInstalled.after",
            "claims.markActive.before", "claims.markActive.after", "whatsapp.message-sent.after", "whatsapp.message-acked.after", "outbox.sent.before",
        ];
        await using var town = await Town.OpenAsync(members: 2);
        using var @operator = new Operator(town);
        var scene = new Scene(town, town.Phone("ani"), @operator, kills);

        await scene.OrderAsync();
        await scene.ArmAsync();
        await scene.SayAsync("ya");
        await scene.DiedEverywhereAsync();
        await scene.CredentialsAsync();
        await scene.AskAsync("!batal", "batal");

        await scene.AssertExactlyOneAsync();
        Assert.Single(town.Servers);
    }

    [Fact]
    public async Task A_connection_dropped_within_the_offline_queue_loses_and_doubles_no_answer()
    {
        await using var town = await Town.OpenAsync(members: Waiting);
        var people = town.Run.World!.Phones.Select(phone => phone.Id).Where(id => id is not (SandboxRun.BotAccount or "admin" or "eko")).ToArray();
        await town.Run.Bot.KillAsync(restart: false, Token);
        foreach (var person in people)
        {
            await town.SayAsync(person, "!help");
        }

        await town.Run.World.PlayAsync(new ServiceFault.DropInOfflineQueue(Dropped) { Account = SandboxRun.BotAccount });
        var mark = town.Mark;
        await town.Run.Bot.StartAsync(Token);
        foreach (var person in people)
        {
            await town.HearsAsync(person, "Perintah");
            await town.AskAsync(person, "!batal", "batal");
        }

        Assert.Equal(Waiting, people.Length);
        Assert.Contains(town.Run.Timeline.After(mark), entry => entry.Text.Contains("dropped within the offline queue", StringComparison.Ordinal));
        foreach (var person in people)
        {
            Assert.Equal(2, (await town.HeardAsync(person)).Count);
            Assert.Equal(0, (await town.Phone(person).ViewAsync()).Undecryptable);
        }
    }

    [Fact]
    public async Task Killed_again_and_again_within_the_offline_queue_no_message_is_lost_or_answered_twice()
    {
        await using var town = await Town.OpenAsync(members: Waiting);
        var people = town.Run.World!.Phones.Select(phone => phone.Id).Where(id => id is not (SandboxRun.BotAccount or "admin" or "eko")).ToArray();
        await town.Run.Bot.KillAsync(restart: false, Token);
        foreach (var person in people)
        {
            await town.SayAsync(person, "!help");
        }

        string[] kills = ["whatsapp.message-received.before 5", "inbox.store.after 9", "whatsapp.event-acknowledged.before 3", "turns.save.after 4", "whatsapp.message-sent.after 6", "outbox.sent.before 8"];
        await town.Run.Bot.ArmAsync(kills, Token);
        await town.Run.Bot.StartAsync(Token);
        foreach (var person in people)
        {
            await town.HearsAsync(person, "Perintah");
            await town.AskAsync(person, "!batal", "batal");
        }

        Assert.Equal(kills.Select(kill => kill.Split(' ')[0]), town.Run.Bot.FailPoints.ReadKilled());
        foreach (var person in people)
        {
            Assert.Equal(2, (await town.HeardAsync(person)).Count);
            Assert.Equal(0, (await town.Phone(person).ViewAsync()).Undecryptable);
        }
    }
}
