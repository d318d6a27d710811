using EndToEnd.Tests.Stories;
using Sandbox.Run;
using Sandbox.Service;

namespace EndToEnd.Tests.Crash.Acts;

/// <summary>Starts, days that pass, and moments in which a person has to decide.</summary>
internal static class RunActs
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>While the bot is down a member writes and the group changes; then it dies on its way up.</summary>
    public static async Task RestartAsync(Scene scene)
    {
        await scene.Town.Run.Bot.KillAsync(restart: false, Token);
        await Town.UntilAsync("the service has noticed that the bot is gone", () => scene.Town.Run.BotIsConnected == false);
        await scene.Phone.LeaveAsync(scene.Town.Run.Group);
        await scene.Phone.JoinAsync(scene.Town.Run.Group);
        await scene.SayAsync("!help");
        await scene.ArmAsync();
        await scene.Town.Run.Bot.StartAsync(Token);
        await scene.DiedEverywhereAsync();
        await scene.HearsAsync("Perintah");
        await scene.AskAsync("!claim", "pilih");
        await scene.AskAsync("!batal", "dibatalkan");
        await TalkActs.AssertAnswersAsync(scene, 3);
    }

    /// <summary>A day later the password's message is taken back; a month later the inbox forgets.</summary>
    public static async Task AgeAsync(Scene scene)
    {
        await scene.ClaimAsync();
        await scene.AssertExactlyOneAsync();
        await scene.ArmAsync();
        await scene.Town.PassUntilAsync("the message with the password is revoked", TimeSpan.FromHours(6), async () =>
            (await scene.Town.HeardAsync(scene.Member)).Count(message => message.Revoked) == 1);
        await scene.Town.PassAsync(TimeSpan.FromDays(31));
        await scene.DiedEverywhereAsync(TimeSpan.FromMinutes(5));
        await scene.AskAsync("!status", scene.Wanted);
        Assert.Equal(0, await scene.CountAsync("Password sementara"));
        Assert.Single(await scene.Town.HeardAsync(scene.Member), message => message.Revoked);
        await scene.AssertReadableAsync();
    }

    public static async Task FreezeAsync(Scene scene)
    {
        var mark = scene.Town.Mark;
        await scene.ArmAsync();
        await scene.Operator.PressAsync("/operator/freeze");
        await scene.DiedEverywhereAsync();
        Assert.Contains("Frozen since", await scene.Operator.PageAsync(), StringComparison.Ordinal);
        await ClaimActs.AlertedAsync(scene, mark, "Deletions are frozen");
        await scene.Operator.PressAsync("/operator/unfreeze");
    }

    public static async Task UnfreezeAsync(Scene scene)
    {
        await scene.Operator.PressAsync("/operator/freeze");
        var mark = scene.Town.Mark;
        await scene.ArmAsync();
        await scene.Operator.PressAsync("/operator/unfreeze");
        await scene.DiedEverywhereAsync();
        Assert.DoesNotContain("Frozen since", await scene.Operator.PageAsync(), StringComparison.Ordinal);
        await ClaimActs.AlertedAsync(scene, mark, "Deletions go on again");
    }

    /// <summary>The bot is taken out of the group and never told: it finds out by reading the roster, freezes deletions and says so.</summary>
    public static async Task HiddenGroupAsync(Scene scene)
    {
        var (bot, admin, mark) = (scene.Town.Phone(SandboxRun.BotAccount), scene.Town.Phone("admin"), scene.Town.Mark);
        await scene.AskAsync("!help", "Perintah");
        await scene.Town.Run.World!.PlayAsync(new ServiceFault.LoseNotice { Account = SandboxRun.BotAccount });
        await scene.ArmAsync();
        await admin.KickAsync(scene.Town.Run.Group, bot);
        await scene.DiedEverywhereAsync(TimeSpan.FromMinutes(11));
        await ClaimActs.AlertedAsync(scene, mark, "cannot be read");
        await scene.Town.PassUntilAsync("deletions are frozen", TimeSpan.Zero, async () => (await scene.Operator.PageAsync()).Contains("Frozen since", StringComparison.Ordinal));
        await admin.AddAsync(scene.Town.Run.Group, bot);
        await scene.Operator.PressAsync("/operator/unfreeze");
        await scene.AskAsync("!claim", "pilih");
        await scene.AskAsync("!batal", "dibatalkan");
        await TalkActs.AssertAnswersAsync(scene, 3);
    }

    /// <summary>The account's phone removes the link: the keys are put aside, deletions freeze, and a person pairs again.</summary>
    public static async Task UnlinkedAsync(Scene scene)
    {
        var bot = scene.Town.Phone(SandboxRun.BotAccount);
        await scene.AskAsync("!help", "Perintah");
        await scene.ArmAsync();
        await bot.UnlinkAsync(Assert.Single((await bot.ViewAsync()).Companions));
        await scene.DiedEverywhereAsync();
        await LinkActs.LinkAsync(scene.Town, scene.Operator);
        Assert.Contains("Frozen since", await scene.Operator.PageAsync(), StringComparison.Ordinal);
        await scene.Operator.PressAsync("/operator/unfreeze");
        await scene.AskAsync("!batal", "batal");
        await TalkActs.AssertAnswersAsync(scene, 2);
    }
}
