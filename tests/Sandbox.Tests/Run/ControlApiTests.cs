using System.Net;
using System.Text;

namespace Sandbox.Tests.Run;

public class ControlApiTests
{
    [Fact]
    public async Task Every_fault_of_a_call_is_a_problem_that_says_what_to_send()
    {
        await using var sandbox = await RunFixture.StartAsync(new SandboxOptions());

        Assert.Equal(404, await StatusAsync(sandbox, "/api/phones/nobody/messages", new { chat = "bot", text = "x" }, "no such phone"));
        Assert.Equal(400, await StatusAsync(sandbox, "/api/phones/ani/messages", new { chat = "elsewhere", text = "x" }, "\"group\" or \"bot\""));
        Assert.Equal(400, await StatusAsync(sandbox, "/api/phones/ani/messages", new { chat = "bot", text = "" }, "\"group\" or \"bot\""));
        Assert.Equal(409, await StatusAsync(sandbox, "/api/group/leave", new { member = "eko" }, "refused"));
        Assert.Equal(400, await StatusAsync(sandbox, "/api/clock/advance", new { by = "-01:00:00" }, "only a jump may be negative"));
        Assert.Equal(400, await StatusAsync(sandbox, "/api/clock/jump", new { by = "soon" }, "05:00:00"));
        Assert.Equal(400, await StatusAsync(sandbox, "/api/service/fault", new { kind = "earthquake" }, "kind must be"));
        Assert.Equal(400, await StatusAsync(sandbox, "/api/panel/fault", new { kind = "earthquake" }, "kind must be"));
        Assert.Equal(400, await StatusAsync(sandbox, "/api/panel/fault", new { kind = "99" }, "kind must be"));
        Assert.Equal(400, await StatusAsync(sandbox, "/api/bot/failpoint", new { name = "a b\nclock 1/1", hit = 1 }, "claims.submit.before"));
        using var text = new StringContent("not json", Encoding.UTF8, "application/json");
        using var unread = await sandbox.Http.PostAsync("/api/scan", text, RunFixture.Ct);
        Assert.Equal(400, (await RunFixture.ProblemAsync(unread)).Status);
        using var lost = await sandbox.Http.GetAsync("/api/nowhere", RunFixture.Ct);
        Assert.Equal(404, (await RunFixture.ProblemAsync(lost)).Status);
    }

    [Fact]
    public async Task A_refused_fault_leaves_the_panel_as_it_was()
    {
        await using var sandbox = await RunFixture.StartAsync(new SandboxOptions());
        using var broken = await sandbox.PostAsync("/api/panel/fault", new { kind = "unavailable" });

        Assert.Equal(400, await StatusAsync(sandbox, "/api/panel/fault", new { kind = "earthquake" }, "kind must be"));

        Assert.Equal("the panel answers 503", (await sandbox.StateAsync()).GetProperty("panelFault").GetString());
    }

    [Fact]
    public async Task Foreign_pages_and_forms_are_refused()
    {
        await using var sandbox = await RunFixture.StartAsync(new SandboxOptions());
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/api/state") { Headers = { Host = "evil.example" } };
        using var misdirected = await sandbox.Http.SendAsync(foreign, RunFixture.Ct);
        using var form = new FormUrlEncodedContent([]);
        using var posted = await sandbox.Http.PostAsync("/api/bot/kill", form, RunFixture.Ct);

        Assert.Equal(421, (await RunFixture.ProblemAsync(misdirected)).Status);
        Assert.Equal(415, (await RunFixture.ProblemAsync(posted)).Status);
        Assert.True((await sandbox.StateAsync()).GetProperty("bot").GetProperty("running").GetBoolean());
    }

    [Fact]
    public async Task The_link_to_the_operator_page_opens_it_every_time_though_each_code_opens_once()
    {
        await using var sandbox = await RunFixture.StartAsync(new SandboxOptions());
        await RunFixture.UntilAsync("the bot's page answers", async () =>
        {
            using var probe = new HttpClient();
            try
            {
                return (await probe.GetAsync(new Uri(sandbox.Run.Addresses.Product, "/healthz"), RunFixture.Ct)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false; // not listening yet
            }
        });

        var first = await OpenAsync(sandbox.Run.Page);
        var second = await OpenAsync(sandbox.Run.Page);

        Assert.Equal(HttpStatusCode.Redirect, first.Status);
        Assert.Equal(HttpStatusCode.Redirect, second.Status);
        Assert.NotEqual(first.Code, second.Code);
    }

    private static async Task<(HttpStatusCode Status, string Code)> OpenAsync(Uri page)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
        using var link = await browser.GetAsync(new Uri(page, "/operator"), RunFixture.Ct);
        var signIn = link.Headers.Location!;
        var form = await browser.GetStringAsync(signIn, RunFixture.Ct);
        var token = System.Text.RegularExpressions.Regex.Match(form, "type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]+)\"");
        var code = signIn.Query["?code=".Length..];
        using var fields = new FormUrlEncodedContent([new(token.Groups[1].Value, WebUtility.HtmlDecode(token.Groups[2].Value)), new("code", code)]);
        using var answer = await browser.PostAsync(new Uri(signIn, "/sign-in"), fields, RunFixture.Ct);
        return (answer.StatusCode, code);
    }

    private static async Task<int> StatusAsync(RunFixture sandbox, string path, object body, string says)
    {
        using var answer = await sandbox.PostAsync(path, body);
        var (status, detail) = await RunFixture.ProblemAsync(answer);
        Assert.Contains(says, detail, StringComparison.Ordinal);
        return status;
    }
}
