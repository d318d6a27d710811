using Microsoft.Extensions.Logging.Abstractions;
using Sandbox.Panel;
using Sandbox.Phones;
using Sandbox.Service;
using Sandbox.Tests.Service;
using WhatsApp;

namespace Sandbox.Tests.Run;

public class ForeignPartsTests
{
    [Fact]
    public async Task A_service_and_a_panel_named_by_arguments_are_used_and_the_bots_options_are_honoured()
    {
        await using var foreign = await TestWorld.OpenAsync();
        var world = foreign.World;
        var (bot, ani) = (await world.AddAccountAsync("robot", "Robot", mayWriteFirst: false), await world.AddAccountAsync("ani", "Ani"));
        var group = await world.CreateGroupAsync("Grup Asing", GroupAddressing.Lid, ani, bot, await world.AddAccountAsync("budi", "Budi"), await world.AddAccountAsync("citra", "Citra"));
        await world.StartServiceAsync(RunFixture.Ct);
        await using var panel = await SimulatedPanel.StartAsync(new SimulatedPanelOptions { InstallTime = TimeSpan.FromMilliseconds(200) }, TimeProvider.System, new SystemRandomSource(), NullLoggerFactory.Instance);
        var qrFile = Path.Combine(Directory.CreateTempSubdirectory("wabot-qr-").FullName, "qr");
        var (options, faults) = CommandLine.Parse(
        [
            "--whatsapp", world.Endpoint.ToString(), "--trust-root", Convert.ToHexString(world.TrustRoot), "--group", group.ToString(),
            "--panel", panel.BaseAddress.ToString(), "--panel-key", panel.ApiKey, "--qr-file", qrFile,
            "--Claims:GracePeriod", "00:00:20", "--WhatsApp:ChatInterval", "00:00:00", "--WhatsApp:MessagesPerMinute", "600",
        ]);
        Assert.Empty(faults);
        await using var sandbox = await RunFixture.StartAsync(options);

        // Pair by the text in the file, as a foreign phone would.
        await RunFixture.UntilAsync("the file holds a QR", () => Task.FromResult(File.Exists(qrFile) && new FileInfo(qrFile).Length > 0));
        Assert.Equal(ScanOutcome.Linked, await bot.ScanAsync(await File.ReadAllTextAsync(qrFile, RunFixture.Ct), RunFixture.Ct));
        await RunFixture.UntilAsync("the file is empty again", () => Task.FromResult(new FileInfo(qrFile).Length == 0));

        await AskAsync(ani, bot, "!claim", "1");
        await AskAsync(ani, bot, "1", "username");
        await AskAsync(ani, bot, "ani_27", "ani_27");
        await AskAsync(ani, bot, "ya", "Password");
        Assert.Single(panel.Read(seen => seen.VisibleServers.ToArray()));
        await ani.LeaveAsync(group);
        await HearsAsync(ani, bot, "keluar", 0);
        using var later = await sandbox.PostAsync("/api/clock/advance", new { by = "00:01:00" }); // four hours would not be over
        await HearsAsync(ani, bot, "sudah dihapus", 0);
        Assert.Empty(panel.Read(seen => seen.VisibleServers.ToArray()));
        Assert.DoesNotContain(panel.Read(seen => seen.Users.ToArray()), user => !user.RootAdmin);

        // What is not the sandbox's own cannot be switched by it, and it says so.
        foreach (var (path, body) in new[] { ("/api/service/drop", (object)new { }), ("/api/panel/fault", new { kind = "unavailable" }) })
        {
            using var refused = await sandbox.PostAsync(path, body);
            Assert.Contains("external", (await RunFixture.ProblemAsync(refused)).Detail, StringComparison.Ordinal);
        }

        Assert.Contains("external", (await sandbox.StateAsync()).GetProperty("panel").GetString(), StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(qrFile)!, recursive: true);
    }

    private static async Task AskAsync(Phone phone, Phone bot, string text, string answer)
    {
        var before = (await HeardAsync(phone, bot)).Count;
        await phone.SendTextAsync(bot.Lid, text);
        await HearsAsync(phone, bot, answer, before);
    }

    private static Task HearsAsync(Phone phone, Phone bot, string answer, int skip) => RunFixture.UntilAsync($"the bot says '{answer}'", async () =>
        (await HeardAsync(phone, bot)).Skip(skip).Any(message => message.Text.Contains(answer, StringComparison.Ordinal)));

    private static async Task<IReadOnlyList<PhoneMessage>> HeardAsync(Phone phone, Phone bot) =>
        [.. (await phone.ViewAsync()).Messages.Where(message => !message.FromMe && message.From == bot.Id && !message.Chat.IsGroup)];
}
