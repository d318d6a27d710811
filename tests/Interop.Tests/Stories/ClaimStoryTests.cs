using EndToEnd.Tests.Stories;
using Interop.Tests.Peers;

namespace Interop.Tests.Stories;

/// <summary>The whole story of a claim, told by a real Baileys client to the real bot.</summary>
public class ClaimStoryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_Baileys_member_claims_leaves_returns_leaves_for_good_and_claims_afresh(bool lid)
    {
        await NodeTools.RequireAsync(TestContext.Current.CancellationToken);
        await using var town = await Town.OpenAsync(lid);
        var folder = Directory.CreateTempSubdirectory("wabot-interop-");
        await using (var ani = await BaileysMember.LinkAsync(town, "ani", folder.FullName, lid))
        {
            await ClaimsAsync(town, ani);
            await ReturnsInTimeAsync(town, ani);
            await LosesItAsync(town, ani);
        }

        folder.Delete(recursive: true);
    }

    private static async Task ClaimsAsync(Town town, BaileysMember ani)
    {
        await ani.SayInGroupAsync("!claim");
        await Town.UntilAsync("the group sees a wa.me link", () => ani.HeardInGroup.Any(text => text.Contains("wa.me/", StringComparison.Ordinal)));
        var (username, password) = await ani.ClaimAsync("ani_27");

        Assert.Equal("ani_27", username);
        Assert.True(town.Run.Panel!.CanLogIn(username, password));
        Assert.True(Assert.Single(town.Servers).Running, "Ready was said before the server ran.");
        Assert.Equal("ani_27", Assert.Single(town.Users).Username);

        await ani.AskAsync("!claim", "sudah punya server");
        await ani.AskAsync("!status", "ani_27");
        Assert.Single(town.Servers);
        Assert.Single(ani.Heard, text => text.Contains(password, StringComparison.Ordinal));
    }

    private static async Task ReturnsInTimeAsync(Town town, BaileysMember ani)
    {
        await ani.LeaveAsync();
        await ani.HearsAsync("keluar dari");
        await ani.JoinAsync();
        await ani.HearsAsync("tidak jadi dihapus");
        await ani.AskAsync("!status", "ani_27");

        Assert.True(Assert.Single(town.Servers).Running);
    }

    private static async Task LosesItAsync(Town town, BaileysMember ani)
    {
        var before = ani.Heard.Count;
        await ani.LeaveAsync();
        await ani.HearsAsync("keluar dari", before);
        await town.PassAsync(TimeSpan.FromHours(5));
        await ani.HearsAsync("sudah dihapus", before);
        Assert.Empty(town.Servers);
        Assert.Empty(town.Users);

        await ani.JoinAsync();
        var (username, password) = await ani.ClaimAsync("ani_28");
        Assert.True(town.Run.Panel!.CanLogIn(username, password));
        Assert.Equal("ani_28", Assert.Single(town.Users).Username);
        Assert.Single(ani.Heard, text => text.Contains(password, StringComparison.Ordinal));
        Assert.Single(ani.Heard, text => text.Contains("sudah dihapus", StringComparison.Ordinal));
        Assert.Equal(ani.HeardIds.Count, ani.HeardIds.Distinct().Count());
    }
}
