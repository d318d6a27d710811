using EndToEnd.Tests.Stories;
using Sandbox.Panel.Faults;

namespace EndToEnd.Tests.Crash.Acts;

/// <summary>Claims on their way to a server, with and without trouble.</summary>
internal static class ClaimActs
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(20);

    public static async Task ClaimAsync(Scene scene)
    {
        await scene.OrderAsync();
        await scene.ArmAsync();
        await scene.ConfirmAsync();
        await scene.CredentialsAsync();
        await scene.DiedEverywhereAsync();
        await scene.AskAsync("!batal", "batal");
        await scene.AssertExactlyOneAsync();
    }

    public static async Task WaitForPanelAsync(Scene scene)
    {
        await scene.OrderAsync();
        await scene.Town.Run.Panel!.SetReachableAsync(false);
        await scene.ArmAsync();
        await scene.ConfirmAsync();
        await scene.HearsAsync("sudah disimpan");
        await scene.DiedEverywhereAsync(Retry);
        await scene.Town.Run.Panel.SetReachableAsync(true);
        await scene.CredentialsAsync();
        await scene.AssertExactlyOneAsync();
    }

    public static async Task FailAndRetryAsync(Scene scene)
    {
        await scene.OrderAsync();
        await scene.ArmAsync();
        await FailAsync(scene);
        await scene.DiedEverywhereAsync(Retry);
        await scene.AskAsync("1", "coba lagi membuat");
        await scene.CredentialsAsync();
        await scene.AssertExactlyOneAsync();
    }

    public static async Task RetryByOperatorAsync(Scene scene)
    {
        await scene.OrderAsync();
        await FailAsync(scene);
        await scene.ArmAsync();
        await scene.Operator.PressAsync(await scene.Operator.ActionAsync("/retry"));
        await scene.CredentialsAsync();
        await scene.AssertExactlyOneAsync();
    }

    public static async Task AlertLaterAsync(Scene scene)
    {
        await scene.OrderAsync();
        scene.Town.Run.AlertsToRefuse = 2;
        var mark = scene.Town.Mark;
        await scene.ArmAsync();
        await FailAsync(scene);
        await scene.DiedEverywhereAsync(Retry);
        await AlertedAsync(scene, mark, "failed at step");
        await scene.AskAsync("1", "coba lagi membuat");
        await scene.CredentialsAsync();
        await scene.AssertExactlyOneAsync();
    }

    public static async Task FailForGoodAsync(Scene scene)
    {
        await scene.OrderAsync();
        await scene.ArmAsync();
        await FailToInstallAsync(scene);
        await scene.DiedEverywhereAsync();
        await scene.AskAsync("1", "coba lagi membuat");
        await scene.CredentialsAsync();
        Assert.Equal(1, await scene.CountAsync("tidak selesai"));
        await scene.AssertExactlyOneAsync(repeated: 1); // two installs have begun
    }

    public static async Task CleanUpAsync(Scene scene)
    {
        await scene.OrderAsync();
        await FailToInstallAsync(scene);
        await scene.ArmAsync();
        await scene.Operator.PressAsync(await scene.Operator.ActionAsync("/clean-up"));
        await scene.GoneAsync();
        await scene.HearsAsync("Sisa-sisa server");
        await scene.AskAsync("!batal", "batal");
        Assert.Equal(1, await scene.CountAsync("Sisa-sisa server"));
        await scene.AssertNothingTwiceAsync();
    }

    public static Task AlertedAsync(Scene scene, long mark, string fragment) => scene.Town.PassUntilAsync($"the operators are told '{fragment}'", Retry, () => Task.FromResult(
        scene.Town.Run.Timeline.After(mark).Any(entry => entry.Source == "alert" && entry.Text.Contains(fragment, StringComparison.Ordinal))));

    /// <summary>The panel is in maintenance until the claim has failed.</summary>
    private static async Task FailAsync(Scene scene)
    {
        scene.Town.Run.Panel!.Faults.Add(new PanelFault(PanelFaultKind.Maintenance) { Times = null });
        await scene.ConfirmAsync();
        await scene.HearsAsync("belum berhasil", Retry);
        scene.Town.Run.Panel.Faults.Clear();
        await scene.Town.PassAsync(TimeSpan.FromMinutes(2)); // the breaker lets calls through again
    }

    private static async Task FailToInstallAsync(Scene scene)
    {
        scene.Town.Run.Panel!.Faults.Add(new PanelFault(PanelFaultKind.InstallFails, "POST /servers"));
        await scene.ConfirmAsync();
        await scene.HearsAsync("tidak selesai", TimeSpan.FromSeconds(2));
    }
}
