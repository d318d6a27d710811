using WaBot.Options;
using WaBot.Tests.Support;
using WhatsApp;

namespace WaBot.Tests.Session;

public class FlightFilesTests
{
    [Fact]
    public async Task A_halted_session_leaves_its_last_stanzas_in_a_file_only_the_owner_can_read_and_five_are_kept()
    {
        await using var host = new HostUnderTest();
        await host.StartAsync();
        var folder = Path.GetDirectoryName(host.Get<WaBotOptions>().DataFile("x"))!;
        for (var old = 1; old <= 6; old++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"flight-2020010{old}-000000-000.jsonl"), "old");
        }

        host.LogIn();
        host.WhatsApp.Status = new SessionStatus(SessionPhase.Halted) { LastFault = new SessionFault(SessionFaultReason.Replaced, 440) };
        await HostUnderTest.Until(() => Directory.GetFiles(folder, "flight-*.jsonl") is { Length: 5 } files && !files.Any(file => file.Contains("20200102", StringComparison.Ordinal)));

        var newest = Directory.GetFiles(folder, "flight-*.jsonl").Order(StringComparer.Ordinal).Last();
        Assert.Contains("\"format\":1", await File.ReadAllTextAsync(newest), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(newest));
        }
    }
}
