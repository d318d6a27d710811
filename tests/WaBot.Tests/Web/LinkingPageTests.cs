using System.Net;
using System.Text.RegularExpressions;
using WaBot.Tests.Support;
using WaBot.Web.Linking;
using WhatsApp;

namespace WaBot.Tests.Web;

public sealed partial class LinkingPageTests
{
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    [Theory]
    [InlineData("+62 800-0000-002", "code 628000000002")]
    [InlineData("08000000002", null)]
    [InlineData("", null)]
    public async Task A_code_is_asked_for_with_a_number_that_is_one(string number, string? call)
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = await SignedInAsync(host);

        using var answer = await PostAsync(browser, LinkingEndpoints.ByCode, LinkingEndpoints.ByCode, ("number", number));

        Assert.Equal(call is null ? HttpStatusCode.BadRequest : HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(call is null ? [] : [call], host.WhatsApp.LinkingCalls);
    }

    [Fact]
    public async Task Each_step_is_shown_with_what_to_do_next_and_can_be_stopped()
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = await SignedInAsync(host);

        Assert.Contains("ABCD-EFGH", await ShowAsync(host, browser, new CodeShown("ABCD-EFGH", Never)), StringComparison.Ordinal);
        Assert.Contains("type it again", await ShowAsync(host, browser, new CodeShown("ABCD-EFGH", Never, PhoneAnswered: true)), StringComparison.Ordinal);
        Assert.Contains(LinkingEndpoints.Passkey, await ShowAsync(host, browser, new PasskeyRequired("{}", Never)), StringComparison.Ordinal);
        Assert.Contains("Waiting for the phone", await ShowAsync(host, browser, new WaitingForPhone(Never)), StringComparison.Ordinal);
        var compare = await ShowAsync(host, browser, new ConfirmCode("WXYZ-1234", Never));
        Assert.Contains("WXYZ-1234", compare, StringComparison.Ordinal);
        using var same = await PostAsync(browser, "/", LinkingEndpoints.Same);
        using var differs = await PostAsync(browser, "/", LinkingEndpoints.Differs);
        using var stop = await PostAsync(browser, "/", LinkingEndpoints.Cancel);
        using var qr = await PostAsync(browser, "/", LinkingEndpoints.ByQr);

        Assert.Equal(["same", "differ", "cancel", "qr"], host.WhatsApp.LinkingCalls);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Each_refusal_is_shown_in_words_of_its_own(LinkingRefusal reason)
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = await SignedInAsync(host);
        host.WhatsApp.Status = new SessionStatus(SessionPhase.WaitingForScan) { LinkingRefusal = new LinkingRefused(reason, 499, DateTimeOffset.UnixEpoch) };

        var page = WebUtility.HtmlDecode(await browser.GetStringAsync("/"));

        Assert.Contains("id=\"refusal\">" + LinkingWords.Of(new LinkingRefused(reason, 499, DateTimeOffset.UnixEpoch)), page, StringComparison.Ordinal);
        Assert.Single(Enum.GetValues<LinkingRefusal>(), other => LinkingWords.Of(new LinkingRefused(other, 499, default)) == LinkingWords.Of(new LinkingRefused(reason, 499, default)));
    }

    public static IEnumerable<TheoryDataRow<LinkingRefusal>> Refusals => Enum.GetValues<LinkingRefusal>().Select(reason => new TheoryDataRow<LinkingRefusal>(reason));

    [Fact]
    public async Task The_passkey_page_gives_one_line_to_run_and_takes_its_answer_back()
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = await SignedInAsync(host);
        host.WhatsApp.Status = new SessionStatus(SessionPhase.WaitingForScan) { Linking = new PasskeyRequired("{\"challenge\":\"AAAA\"}", Never) };

        var page = WebUtility.HtmlDecode(await browser.GetStringAsync(LinkingEndpoints.Passkey));
        using var taken = await PostAsync(browser, LinkingEndpoints.Passkey, LinkingEndpoints.Passkey, ("answer", "signed"));
        host.WhatsApp.PasskeyOutcome = LinkingAnswer.Stale;
        using var stale = await PostAsync(browser, LinkingEndpoints.Passkey, LinkingEndpoints.Passkey, ("answer", "old"));
        host.WhatsApp.Status = new SessionStatus(SessionPhase.WaitingForScan) { Linking = new WaitingForPhone(Never) };
        using var over = await browser.GetAsync(LinkingEndpoints.Passkey);

        Assert.Contains("parseRequestOptionsFromJSON({\"challenge\":\"AAAA\"})", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, taken.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, stale.StatusCode);
        Assert.Contains("earlier challenge", await stale.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("/", over.Headers.Location?.ToString());
        Assert.Equal(["passkey signed", "passkey old"], host.WhatsApp.LinkingCalls);
    }

    [Fact]
    public async Task Logging_out_wants_the_words_typed()
    {
        await using var host = await new HostUnderTest().StartAsync();
        host.LogIn();
        using var browser = await SignedInAsync(host);

        using var unsure = await PostAsync(browser, LinkingEndpoints.LogOut, LinkingEndpoints.LogOut, ("confirm", "yes"));
        Assert.Equal((HttpStatusCode.BadRequest, 0), (unsure.StatusCode, host.WhatsApp.LogOuts));
        using var sure = await PostAsync(browser, LinkingEndpoints.LogOut, LinkingEndpoints.LogOut, ("confirm", "LOG OUT"));
        Assert.Equal((HttpStatusCode.Redirect, 1), (sure.StatusCode, host.WhatsApp.LogOuts));
    }

    [Theory]
    [InlineData(LinkingEndpoints.ByCode)]
    [InlineData(LinkingEndpoints.ByQr)]
    [InlineData(LinkingEndpoints.Passkey)]
    [InlineData(LinkingEndpoints.Same)]
    [InlineData(LinkingEndpoints.Differs)]
    [InlineData(LinkingEndpoints.Cancel)]
    [InlineData(LinkingEndpoints.LogOut)]
    public async Task Nothing_of_linking_is_done_for_a_stranger_or_for_a_form_from_elsewhere(string action)
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var stranger = host.Browser();
        using var browser = await SignedInAsync(host);

        using var refused = await stranger.PostAsync(action, new FormUrlEncodedContent([]));
        using var foreign = await browser.PostAsync(action, new FormUrlEncodedContent([]));

        Assert.StartsWith("/sign-in", refused.Headers.Location?.PathAndQuery, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        Assert.Empty(host.WhatsApp.LinkingCalls);
        Assert.Equal(0, host.WhatsApp.LogOuts);
    }

    [Fact]
    public async Task A_session_that_was_replaced_says_so_in_plain_words()
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = await SignedInAsync(host);
        host.WhatsApp.Status = new SessionStatus(SessionPhase.Halted) { LastFault = new SessionFault(SessionFaultReason.Replaced, 440), OwnPhone = Jid.Parse("628000000002@s.whatsapp.net") };

        var page = await browser.GetStringAsync("/");

        Assert.Contains("runs in a second place", page, StringComparison.Ordinal);
        Assert.Contains("Replaced 440", page, StringComparison.Ordinal);
        Assert.Contains(">Reconnect<", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_connection_shows_its_reason_and_the_next_attempt()
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = await SignedInAsync(host);
        host.WhatsApp.Status = new SessionStatus(SessionPhase.WaitingToReconnect)
        {
            LastFault = new SessionFault(SessionFaultReason.ServiceFailed, 503),
            NextAttempt = TimeProvider.System.GetUtcNow().AddSeconds(50),
            FailuresInARow = 4,
        };

        var page = await browser.GetStringAsync("/");

        Assert.Matches("next attempt in [0-9]+ s \\(4 failed\\)", page);
        Assert.Contains("ServiceFailed 503", page, StringComparison.Ordinal);
    }

    private static async Task<string> ShowAsync(HostUnderTest host, HttpClient browser, LinkingStep step)
    {
        host.WhatsApp.Status = new SessionStatus(SessionPhase.WaitingForScan) { Linking = step };
        var page = await browser.GetStringAsync("/");
        Assert.Contains(LinkingEndpoints.Cancel, page, StringComparison.Ordinal);
        return page;
    }

    private static async Task<HttpClient> SignedInAsync(HostUnderTest host)
    {
        var browser = host.Browser();
        using var answer = await PostAsync(browser, "/sign-in", "/sign-in", ("code", HostUnderTest.SetupCode));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string from, string to, params (string Name, string Value)[] fields)
    {
        var token = FormToken().Match(await browser.GetStringAsync(from));
        return await browser.PostAsync(to, new FormUrlEncodedContent(
            [new(token.Groups[1].Value, WebUtility.HtmlDecode(token.Groups[2].Value)), .. fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))]));
    }

    [GeneratedRegex("type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
