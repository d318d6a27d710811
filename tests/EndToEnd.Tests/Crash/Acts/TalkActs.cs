using EndToEnd.Tests.Stories;
using Sandbox.Run;
using Sandbox.Service;

namespace EndToEnd.Tests.Crash.Acts;

/// <summary>Conversations over a wire that has its moods.</summary>
internal static class TalkActs
{
    /// <summary>Refusals: what the killed bot sends again is refused again.</summary>
    private const int Often = 2;

    public static async Task TalkAsync(Scene scene)
    {
        await scene.ArmAsync();
        await scene.AskAsync("!help", "Perintah");
        await scene.AskAsync("!claim", "pilih");
        await scene.AskAsync("!batal", "dibatalkan");
        await scene.DiedEverywhereAsync();
        await scene.AskAsync("!status", "");
        await AssertAnswersAsync(scene, 4);
    }

    /// <summary>Somebody outside the group writes: a number and a LID become one person.</summary>
    public static async Task StrangerAsync(Scene scene)
    {
        await scene.ArmAsync();
        await scene.AskAsync("!help", "Perintah");
        await scene.DiedEverywhereAsync();
        await scene.AskAsync("!claim", "anggota");
        await AssertAnswersAsync(scene, 2);
    }

    public static async Task RefusedForNowAsync(Scene scene)
    {
        await scene.AskAsync("!help", "Perintah");
        await PlayAsync(scene, new ServiceFault.Nack(500, Often) { Account = SandboxRun.BotAccount });
        await scene.ArmAsync();
        await scene.SayAsync("!status");
        await scene.DiedEverywhereAsync(TimeSpan.FromSeconds(5));
        await scene.Town.Run.World!.ClearFaultsAsync();
        await scene.Town.PassUntilAsync("the answer comes as time passes", TimeSpan.FromSeconds(5), async () => (await scene.Town.HeardAsync(scene.Member)).Count == 2);
        await scene.AskAsync("!batal", "batal");
        await AssertAnswersAsync(scene, 3);
    }

    /// <summary>
    /// 463 closes the chat: nothing is sent there again until the member writes. The answer in hand when the bot died waits for that,
    /// and is given up when it is refused then too. Later messages go on.
    /// </summary>
    public static async Task RefusedForGoodAsync(Scene scene)
    {
        await scene.AskAsync("!help", "Perintah");
        await PlayAsync(scene, new ServiceFault.Nack(463, Often) { Account = SandboxRun.BotAccount });
        await scene.ArmAsync();
        await scene.SayAsync("!status");
        await scene.DiedAsync(1);
        await scene.SayAsync("!status");
        await scene.DiedEverywhereAsync(TimeSpan.FromSeconds(30));
        await scene.Town.Run.World!.ClearFaultsAsync();
        var before = (await scene.Town.HeardAsync(scene.Member)).Count;
        await scene.SayAsync("!batal");
        await scene.Town.PassUntilAsync("the chat goes on", TimeSpan.FromSeconds(30), async () =>
            (await scene.Town.HeardAsync(scene.Member)).Skip(before).Any(message => message.Text.Contains("batal", StringComparison.OrdinalIgnoreCase)));
        Assert.InRange((await scene.Town.HeardAsync(scene.Member)).Count, 2, 3);
        await scene.AssertNothingTwiceAsync();
    }

    /// <summary>The phone cannot read an answer and asks for it again.</summary>
    public static async Task GarbledAsync(Scene scene)
    {
        await scene.AskAsync("!help", "Perintah");
        await PlayAsync(scene, new ServiceFault.Corrupt { Account = scene.Member });
        await scene.ArmAsync();
        await scene.AskAsync("!batal", "batal");
        await scene.DiedEverywhereAsync();
        await scene.AskAsync("!status", "");
        Assert.Equal(3, (await scene.Town.HeardAsync(scene.Member)).Count);
        await scene.AssertReadableAsync(asked: 1);
    }

    public static async Task GarbledInGroupAsync(Scene scene)
    {
        var before = await InGroupAsync(scene);
        await PlayAsync(scene, new ServiceFault.Corrupt { Account = scene.Member });
        await scene.ArmAsync();
        await scene.Town.SayInGroupAsync(scene.Member, "!claim");
        await Town.UntilAsync("the group's answer is read at last", async () => await InGroupAsync(scene) > before);
        await scene.DiedEverywhereAsync();
        await scene.AskAsync("!help", "Perintah");
        Assert.Equal(before + 1, await InGroupAsync(scene));
    }

    /// <summary>The service wants the group addressed in its other form.</summary>
    public static async Task ReaddressedAsync(Scene scene)
    {
        var before = await InGroupAsync(scene);
        await PlayAsync(scene, new ServiceFault.Nack(421, Often) { Account = SandboxRun.BotAccount });
        await scene.ArmAsync();
        await scene.Town.SayInGroupAsync(scene.Member, "!claim");
        await scene.DiedEverywhereAsync();
        await scene.Town.Run.World!.ClearFaultsAsync();
        await Town.UntilAsync("the answer is in the group", async () => await InGroupAsync(scene) > before);
        await scene.AskAsync("!help", "Perintah");
        Assert.Equal(before + 1, await InGroupAsync(scene));
        await scene.AssertReadableAsync();
    }

    public static async Task NewCompanionAsync(Scene scene)
    {
        await scene.AskAsync("!help", "Perintah");
        await scene.ArmAsync();
        var companion = await scene.Phone.LinkSleeperAsync();
        await scene.DiedEverywhereAsync();
        await scene.AskAsync("!batal", "batal");
        await scene.Phone.UnlinkAsync(companion);
        await scene.AskAsync("!status", "");
        await AssertAnswersAsync(scene, 3);
    }

    public static async Task ReinstalledAsync(Scene scene)
    {
        await scene.AskAsync("!help", "Perintah");
        await scene.ArmAsync();
        await scene.Phone.ReinstallAsync();
        await scene.DiedEverywhereAsync();
        await scene.AskAsync("!batal", "batal");
        await AssertAnswersAsync(scene, 2);
    }

    public static async Task TokenAsync(Scene scene)
    {
        await scene.AskAsync("!help", "Perintah");
        await scene.ArmAsync();
        await scene.Phone.GiveTokenAsync(scene.Town.Phone(SandboxRun.BotAccount));
        await scene.DiedEverywhereAsync();
        await scene.AskAsync("!batal", "batal");
        await AssertAnswersAsync(scene, 2);
    }

    public static async Task AssertAnswersAsync(Scene scene, int count)
    {
        Assert.Equal(count, (await scene.Town.HeardAsync(scene.Member)).Count);
        await scene.AssertNothingTwiceAsync();
    }

    private static async Task<int> InGroupAsync(Scene scene) => (await scene.Town.HeardInGroupAsync(scene.Member)).Count;

    private static Task PlayAsync(Scene scene, ServiceFault fault) => scene.Town.Run.World!.PlayAsync(fault);
}
