using Shared.Grace;
using WaBot.Session;
using WaBot.Tests.Support;
using WhatsApp;

namespace WaBot.Tests.Session;

public class SessionWatchTests
{
    [Fact]
    public async Task Ten_failed_connections_in_a_row_raise_one_alert_and_freeze_nothing()
    {
        await using var host = await new HostUnderTest().StartAsync();
        host.WhatsApp.Status = Failed(9);
        host.WhatsApp.Status = Failed(10);
        await HostUnderTest.Until(async () => (await host.AlertCodesAsync()).Count > 0);

        for (var failures = 11; failures <= 20; failures++)
        {
            host.WhatsApp.Status = Failed(failures);
        }
        var reads = host.WhatsApp.RosterReads;
        host.LogIn();
        await HostUnderTest.Until(() => host.WhatsApp.RosterReads > reads); // all that came before has been looked at

        Assert.Single(await host.AlertCodesAsync(), code => code == "session_unreachable");
        Assert.Null(await host.Get<IDeletionBreaker>().CurrentAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Pairing_again_removes_the_link_and_the_host_is_ready_only_after_the_next_login()
    {
        await using var host = await new HostUnderTest().StartAsync();
        host.LogIn();

        await host.Get<SessionControl>().PairAgainAsync(CancellationToken.None);
        host.WhatsApp.Status = new SessionStatus(SessionPhase.WaitingForScan) { Linking = new QrShown("2@seeded,pairing,text", DateTimeOffset.MaxValue) };
        using var browser = host.Browser();
        using var waiting = await browser.GetAsync("/readyz");
        host.LogIn();
        using var ready = await browser.GetAsync("/readyz");

        Assert.Equal(1, host.WhatsApp.LogOuts);
        Assert.Equal((503, 200), ((int)waiting.StatusCode, (int)ready.StatusCode));
    }

    private static SessionStatus Failed(int failures) => new(SessionPhase.WaitingToReconnect)
    {
        LastFault = new SessionFault(SessionFaultReason.Unreachable),
        FailuresInARow = failures,
        AlertDue = failures >= 10,
    };
}
