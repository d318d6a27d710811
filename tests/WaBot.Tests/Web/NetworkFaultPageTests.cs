using System.Net;
using System.Text.RegularExpressions;
using WaBot.Tests.Support;
using WhatsApp;

namespace WaBot.Tests.Web;

/// <summary>What an operator reads when the network, not WhatsApp, is the trouble.</summary>
public sealed partial class NetworkFaultPageTests
{
    [Fact]
    public async Task Each_fault_of_the_network_is_told_apart_with_what_was_found_what_to_look_at_and_when_it_goes_on()
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = host.Browser();
        var token = FormToken().Match(await browser.GetStringAsync("/sign-in"));
        using var signedIn = await browser.PostAsync("/sign-in", new FormUrlEncodedContent(
            [new(token.Groups[1].Value, WebUtility.HtmlDecode(token.Groups[2].Value)), new("code", HostUnderTest.SetupCode)]));
        (SessionFaultReason Reason, string Advice)[] faults =
        [
            (SessionFaultReason.NameNotResolved, "name servers"), (SessionFaultReason.ConnectionRefused, "modem"), (SessionFaultReason.ConnectTimedOut, "modem"),
            (SessionFaultReason.Unreachable, "modem"), (SessionFaultReason.KeepaliveLost, "modem"), (SessionFaultReason.CertificateRefused, "clock is wrong"),
            (SessionFaultReason.NotTheService, "login"), (SessionFaultReason.HandshakeFailed, "could not prove"),
        ];

        foreach (var (reason, advice) in faults)
        {
            host.WhatsApp.Status = new SessionStatus(SessionPhase.WaitingToReconnect)
            {
                LastFault = new SessionFault(reason, Text: "What was <found>."),
                NextAttempt = TimeProvider.System.GetUtcNow().AddSeconds(50),
                FailuresInARow = 4,
            };

            var page = await browser.GetStringAsync("/");

            Assert.Matches("next attempt in [0-9]+ s \\(4 failed\\)", page);
            Assert.Contains($"Last fault: {reason}. What was &lt;found&gt;.", page, StringComparison.Ordinal);
            Assert.Contains(advice, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]+)">""")]
    private static partial Regex FormToken();
}
