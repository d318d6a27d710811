using System.Net;
using System.Text.RegularExpressions;
using Shared.Grace;
using WaBot.Tests.Support;
using WhatsApp;

namespace WaBot.Tests.Web;

public sealed partial class OperatorPageTests
{
    [Fact]
    public async Task Without_a_sign_in_the_page_is_not_shown()
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = host.Browser();

        using var answer = await browser.GetAsync("/");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/sign-in", answer.Headers.Location?.PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_code_is_answered_with_401_and_what_to_do()
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = host.Browser();

        using var answer = await SignInAsync(browser, "WRONG-CODE-000000000");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("wabot sign-in", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_opens_the_page_once()
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var first = host.Browser();
        using var second = host.Browser();

        using var right = await SignInAsync(first, HostUnderTest.SetupCode);
        using var again = await SignInAsync(second, HostUnderTest.SetupCode);
        using var page = await first.GetAsync("/");

        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        var cookie = Assert.Single(right.Headers.GetValues("Set-Cookie"), c => c.StartsWith("wabot-operator=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Theory]
    [InlineData("/operator/freeze")]
    [InlineData("/operator/session/pair-again")]
    [InlineData("/operator/session/reconnect")]
    public async Task A_forged_cookie_opens_nothing(string action)
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = host.Browser();
        browser.DefaultRequestHeaders.Add("Cookie", "wabot-operator=CfDJ8forged");

        using var page = await browser.GetAsync("/");
        using var answer = await browser.PostAsync(action, new FormUrlEncodedContent([]));

        Assert.StartsWith("/sign-in", page.Headers.Location?.PathAndQuery, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", answer.Headers.Location?.PathAndQuery, StringComparison.Ordinal);
        Assert.Null(await host.Get<IDeletionBreaker>().CurrentAsync(CancellationToken.None));
        Assert.Equal(0, host.WhatsApp.LogOuts);
    }

    [Fact]
    public async Task Pairing_again_is_asked_on_a_page_that_does_not_renew_itself_and_only_the_word_removes_the_link()
    {
        await using var host = await new HostUnderTest().StartAsync();
        host.LogIn();
        using var browser = host.Browser();
        using var signedIn = await SignInAsync(browser, HostUnderTest.SetupCode);
        const string Path = "/operator/session/pair-again";

        Assert.DoesNotContain("http-equiv", await browser.GetStringAsync(Path), StringComparison.Ordinal);
        using var unsure = await PostAsync(browser, Path, Path, ("confirm", "yes"));
        Assert.Equal((HttpStatusCode.BadRequest, 0), (unsure.StatusCode, host.WhatsApp.LogOuts));
        using var sure = await PostAsync(browser, Path, Path, ("confirm", "PAIR"));
        Assert.Equal((HttpStatusCode.Redirect, 1), (sure.StatusCode, host.WhatsApp.LogOuts));
    }

    [Fact]
    public async Task The_pairing_code_is_a_picture_and_its_text_is_nowhere()
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = host.Browser();
        using var signedIn = await SignInAsync(browser, HostUnderTest.SetupCode);
        host.WhatsApp.Status = new SessionStatus(SessionPhase.WaitingForScan) { Linking = new QrShown("2@seeded,pairing,text", DateTimeOffset.MaxValue) };

        var page = await browser.GetStringAsync("/");

        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("seeded", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deletions_are_frozen_and_released_by_button_but_not_by_a_form_from_elsewhere()
    {
        await using var host = await new HostUnderTest().StartAsync();
        var breaker = host.Get<IDeletionBreaker>();
        using var browser = host.Browser();
        using var signedIn = await SignInAsync(browser, HostUnderTest.SetupCode);

        using var foreign = await browser.PostAsync("/operator/freeze", new FormUrlEncodedContent([]));
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        Assert.Null(await breaker.CurrentAsync(CancellationToken.None));

        using var frozen = await PostAsync(browser, "/", "/operator/freeze");
        Assert.Equal(FreezeReason.Operator, (await breaker.CurrentAsync(CancellationToken.None))?.Reason);

        using var released = await PostAsync(browser, "/", "/operator/unfreeze");
        Assert.Null(await breaker.CurrentAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("memory", true)]
    [InlineData("sqlite", false)]
    public async Task Jobs_kept_in_memory_only_are_shown_as_an_emergency(string storage, bool warned)
    {
        await using var host = await new HostUnderTest(null, null, "--Jobs:Storage", storage).StartAsync();
        using var browser = host.Browser();
        using var signedIn = await SignInAsync(browser, HostUnderTest.SetupCode);

        var page = await browser.GetStringAsync("/");

        Assert.Equal(warned, page.Contains("Emergency mode", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_says_alive_at_once_and_ready_only_when_logged_in()
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var browser = host.Browser();

        using var alive = await browser.GetAsync("/healthz");
        using var notReady = await browser.GetAsync("/readyz");
        host.LogIn();
        using var ready = await browser.GetAsync("/readyz");

        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string code) => PostAsync(browser, "/sign-in", "/sign-in", ("code", code));

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string from, string to, params (string Name, string Value)[] fields)
    {
        var token = FormToken().Match(await browser.GetStringAsync(from));
        return await browser.PostAsync(to, new FormUrlEncodedContent(
            [new(token.Groups[1].Value, WebUtility.HtmlDecode(token.Groups[2].Value)), .. fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))]));
    }

    [GeneratedRegex("type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
