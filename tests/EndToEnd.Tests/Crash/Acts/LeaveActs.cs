using Sandbox.Panel.Faults;

namespace EndToEnd.Tests.Crash.Acts;

/// <summary>Members who leave, return, or are gone for good.</summary>
internal static class LeaveActs
{
    public static async Task ReturnAsync(Scene scene)
    {
        await scene.ClaimAsync();
        await scene.ArmAsync();
        await scene.LeaveAsync();
        await scene.HearsAsync("keluar dari");
        await scene.Phone.JoinAsync(scene.Town.Run.Group);
        await scene.HearsAsync("tidak jadi dihapus");
        await scene.DiedEverywhereAsync();
        Assert.Equal(1, await scene.CountAsync("keluar dari"));
        Assert.Equal(1, await scene.CountAsync("tidak jadi dihapus"));
        await scene.AssertExactlyOneAsync();
    }

    public static async Task DeleteAsync(Scene scene)
    {
        await scene.ClaimAsync();
        await scene.LeaveAsync();
        await scene.HearsAsync("keluar dari");
        var own = scene.Town.Users.Single(user => user.Username == scene.Wanted).Id;
        var others = scene.Town.Servers.Where(server => server.UserId != own).Select(server => server.Id).Order().ToArray();
        await scene.ArmAsync();
        await DeletedAsync(scene);
        await scene.DiedEverywhereAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(others, scene.Town.Servers.Select(server => server.Id).Order());
    }

    public static async Task ResumeAsync(Scene scene)
    {
        await scene.ClaimAsync();
        await scene.LeaveAsync();
        await scene.HearsAsync("keluar dari");
        scene.Town.Run.Panel!.Faults.Add(new PanelFault(PanelFaultKind.ServerError, "DELETE /servers/{server}") { Times = null });
        var mark = scene.Town.Mark;
        await scene.Town.PassUntilAsync("the operators are told that the deletion waits for them", TimeSpan.FromMinutes(40), () => Task.FromResult(
            scene.Town.Run.Timeline.After(mark).Any(entry => entry.Source == "alert" && entry.Text.Contains("waits for an operator", StringComparison.Ordinal))));
        Assert.True(scene.OwnsAnything);
        scene.Town.Run.Panel.Faults.Clear();
        await scene.ArmAsync();
        await scene.Operator.PressAsync(await scene.Operator.ActionAsync("/resume"));
        await DeletedAsync(scene);
    }

    /// <summary>The bot dies when the user is made, and the member leaves before anybody could write it down.</summary>
    public static async Task LeaveWhileCreatingAsync(Scene scene)
    {
        await scene.OrderAsync();
        await scene.ArmAsync();
        await scene.ConfirmAsync();
        await scene.DiedAsync(1);
        await scene.Town.Run.Panel!.SetReachableAsync(false);
        await scene.LeaveAsync();
        await scene.HearsAsync("keluar dari grup saat");
        Assert.True(scene.OwnsAnything);
        await scene.Town.Run.Panel.SetReachableAsync(true);
        await scene.GoneAsync();
        await scene.HearsAsync("Sisa-sisa server");
        await scene.DiedEverywhereAsync();
        Assert.Equal(1, await scene.CountAsync("Sisa-sisa server"));
        Assert.Equal(0, await scene.CountAsync("Password sementara"));
        await scene.AssertNothingTwiceAsync();
    }

    private static async Task DeletedAsync(Scene scene)
    {
        await scene.GoneAsync();
        await scene.HearsAsync("sudah dihapus");
        Assert.Equal(1, await scene.CountAsync("sudah dihapus"));
        await scene.AssertReadableAsync();
    }
}
