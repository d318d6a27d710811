namespace EndToEnd.Tests.Stories;

/// <summary>The story a newcomer plays by hand, point by point, with the real bot over the real wire.</summary>
public class MainStoryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_member_claims_in_the_group_goes_on_in_private_and_gets_a_server_that_answers(bool lid)
    {
        await using var town = await Town.OpenAsync(lid);

        await town.SayInGroupAsync("ani", "!claim");
        await Town.UntilAsync("the group sees a wa.me link", async () => (await town.HeardInGroupAsync("ani")).Any(message => message.Text.Contains("wa.me/", StringComparison.Ordinal)));
        var credentials = await town.ClaimAsync("ani", "ani_27");

        var server = Assert.Single(town.Servers);
        var user = Assert.Single(town.Users);
        Assert.True(server.Running, "Ready was said before the server ran.");
        Assert.Equal(user.Id, server.UserId);
        Assert.Equal("ani_27", user.Username);
        Assert.Equal("ani_27", credentials.Username);
        Assert.Equal(32, credentials.Password.Length);
        Assert.True(town.Run.Panel!.CanLogIn("ani_27", credentials.Password));
        var phone = await town.Phone("ani").ViewAsync();
        Assert.Equal(0, phone.Duplicates);
        Assert.Equal(0, phone.Undecryptable);
        Assert.DoesNotContain(await town.HeardInGroupAsync("budi"), message => message.Text.Contains(credentials.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_claim_is_refused_with_the_state_of_the_first_and_a_stranger_is_refused()
    {
        await using var town = await Town.OpenAsync();
        await town.ClaimAsync("budi", "budi_27");

        await town.AskAsync("budi", "!claim", "sudah punya server");
        await town.AskAsync("budi", "!status", "budi_27");
        await town.AskAsync("budi", "!help", "!claim");
        await town.AskAsync("budi", "!batal", "batal");
        await town.AskAsync("eko", "!claim", "anggota");

        Assert.Single(town.Servers);
        Assert.Single(town.Users);
    }

    [Fact]
    public async Task Wrong_input_is_explained_and_can_be_corrected()
    {
        await using var town = await Town.OpenAsync();

        await town.AskAsync("ani", "!claim", "1");
        await town.AskAsync("ani", "9", "tidak ada");
        await town.AskAsync("ani", "2", "username");
        await town.AskAsync("ani", "a b", "belum bisa dipakai");
        await town.AskAsync("ani", "Ani_X", "ani_x");
        await town.AskAsync("ani", "!batal", "dibatalkan");

        Assert.Empty(town.Servers);
        Assert.Empty(town.Users);
    }

    [Fact]
    public async Task A_leaver_is_told_a_returner_keeps_the_server_and_after_four_observed_hours_everything_is_gone()
    {
        await using var town = await Town.OpenAsync();
        await town.ClaimAsync("ani", "ani_27");

        await town.Phone("ani").LeaveAsync(town.Run.Group);
        await town.HearsAsync("ani", "dihapus");
        await town.Phone("ani").JoinAsync(town.Run.Group);
        await town.HearsAsync("ani", "tidak jadi dihapus");
        await town.AskAsync("ani", "!status", "ani_27");
        Assert.True(Assert.Single(town.Servers).Running);

        var before = (await town.HeardAsync("ani")).Count;
        await town.Phone("ani").LeaveAsync(town.Run.Group);
        await town.HearsAsync("ani", "dihapus", before);
        await town.PassAsync(TimeSpan.FromHours(5));
        await Town.UntilAsync("server and user are deleted", () => town.Servers.Count == 0 && town.Users.Count == 0);
        await town.HearsAsync("ani", "sudah dihapus", before);

        await town.Phone("ani").JoinAsync(town.Run.Group);
        await town.ClaimAsync("ani", "ani_28");
        Assert.Equal("ani_28", Assert.Single(town.Users).Username);
    }

    [Fact]
    public async Task A_jump_of_the_wall_clock_deletes_nothing_and_freezes_deletions()
    {
        await using var town = await Town.OpenAsync();
        await town.ClaimAsync("ani", "ani_27");
        await town.Phone("ani").LeaveAsync(town.Run.Group);
        await town.HearsAsync("ani", "dihapus");

        await town.JumpAsync(TimeSpan.FromHours(9));
        await town.PassAsync(TimeSpan.FromMinutes(1));
        await Town.UntilAsync("an alert says that deletions are frozen", () => town.Run.Timeline.After(0).Any(entry => entry.Source == "alert"));
        await town.PassAsync(TimeSpan.FromHours(5));
        await town.AskAsync("ani", "!status", "ani_27");

        Assert.True(Assert.Single(town.Servers).Running);
    }

    [Fact]
    public async Task Leaving_while_the_server_is_made_stops_the_creation_and_removes_what_was_made_after_the_install()
    {
        await using var town = await Town.OpenAsync();
        town.Run.Panel!.Faults.Add(new(Sandbox.Panel.Faults.PanelFaultKind.InstallSticks, "POST /servers"));
        await town.OrderAsync("ani", "ani_27");
        await Town.UntilAsync("the server installs", () => town.Servers.Count == 1);

        await town.Phone("ani").LeaveAsync(town.Run.Group);
        await town.HearsAsync("ani", "keluar dari grup saat");
        Assert.Single(town.Servers);

        await town.PassAsync(TimeSpan.FromMinutes(15));
        await Town.UntilAsync("what was made is removed", () => town.Servers.Count == 0 && town.Users.Count == 0);
    }

    [Fact]
    public async Task Three_answered_failures_end_in_failed_with_an_alert_and_the_same_claim_can_be_tried_again()
    {
        await using var town = await Town.OpenAsync();
        town.Run.Panel!.Faults.Add(new(Sandbox.Panel.Faults.PanelFaultKind.Maintenance) { Times = null });

        await town.OrderAsync("ani", "ani_27");
        await PassUntilHeardAsync(town, "ani", "belum berhasil");
        await Town.UntilAsync("the operators are alerted", () => town.Run.Timeline.After(0).Any(entry => entry.Source == "alert"));
        Assert.Empty(town.Servers);

        town.Run.Panel.Faults.Clear();
        var before = (await town.HeardAsync("ani")).Count;
        await town.SayAsync("ani", "1");
        await town.CredentialsAsync("ani", before);
        Assert.Single(town.Servers);
        Assert.Single(town.Users);
    }

    [Fact]
    public async Task While_the_panel_is_unreachable_the_claim_waits_says_so_once_and_goes_on_by_itself()
    {
        await using var town = await Town.OpenAsync();
        await town.Run.Panel!.SetReachableAsync(false);

        await town.OrderAsync("ani", "ani_27");
        await town.HearsAsync("ani", "disimpan");
        await town.PassAsync(TimeSpan.FromMinutes(5));
        await town.AskAsync("ani", "!status", "ani_27");
        Assert.Single(await town.HeardAsync("ani"), message => message.Text.Contains("disimpan", StringComparison.Ordinal));

        await town.Run.Panel.SetReachableAsync(true);
        await town.PassAsync(TimeSpan.FromMinutes(5));
        await town.CredentialsAsync("ani");
        Assert.Single(town.Servers);
    }

    private static Task PassUntilHeardAsync(Town town, string member, string fragment) => Town.UntilAsync($"{member} hears '{fragment}' as time passes", async () =>
    {
        if ((await town.HeardAsync(member)).Any(message => message.Text.Contains(fragment, StringComparison.Ordinal)))
        {
            return true;
        }

        await town.PassAsync(TimeSpan.FromSeconds(20));
        return false;
    });
}
