using System.Globalization;
using System.Net;
using System.Text;
using Shared.Claims;
using WaBot.Tests.Support;
using WaBot.Web.Webhook;

namespace WaBot.Tests.Web.Webhook;

public class WebhookTests
{
    private const string Secret = "synthetic-webhook-secret-0123456789";
    private const string Old = "synthetic-webhook-secret-before-0123";

    [Fact]
    public async Task Signed_hint_makes_the_bot_read_the_roster_and_nothing_else()
    {
        await using var host = await StartedAsync();
        var claim = await host.ActiveClaimAsync(Events.Budi.ToString());
        var reads = host.WhatsApp.RosterReads;

        using var answer = await SendAsync(host, Body("leave"));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await HostUnderTest.Until(() => host.WhatsApp.RosterReads > reads);
        Assert.Equal(ClaimState.Active, (await host.Get<IClaimService>().FindAsync(claim, CancellationToken.None))!.State); // the roster still shows the member
    }

    [Theory]
    [InlineData(-60, HttpStatusCode.Accepted)]
    [InlineData(60, HttpStatusCode.Accepted)]
    [InlineData(-61, HttpStatusCode.Unauthorized)]
    [InlineData(61, HttpStatusCode.Unauthorized)]
    public async Task Time_stamp_may_be_a_minute_off(int seconds, HttpStatusCode status)
    {
        await using var host = await StartedAsync();

        using var answer = await SendAsync(host, Body(), at: host.Time.GetUtcNow().AddSeconds(seconds));

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Nonce_is_good_for_one_call_even_after_a_restart()
    {
        var host = await StartedAsync(); // its folder goes with the next one
        var body = Body();
        using var first = await SendAsync(host, body);
        using var again = await SendAsync(host, body);
        await host.StopAsync();
        await using var next = await new HostUnderTest(host.Folder, null, Arguments).StartAsync();
        using var afterRestart = await SendAsync(next, body);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Conflict, HttpStatusCode.Conflict), (first.StatusCode, again.StatusCode, afterRestart.StatusCode));
    }

    [Fact]
    public async Task Both_secrets_are_good_while_they_are_changed_and_no_other()
    {
        await using var host = await StartedAsync();

        using var now = await SendAsync(host, Body());
        using var before = await SendAsync(host, Body(), Old);
        using var other = await SendAsync(host, Body(), "synthetic-webhook-secret-of-a-stranger");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.Unauthorized), (now.StatusCode, before.StatusCode, other.StatusCode));
    }

    [Theory]
    [InlineData("X-Signature", null)]
    [InlineData("X-Signature", "")]
    [InlineData("X-Signature", "zz")]
    [InlineData("X-Signature", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("X-Timestamp", null)]
    [InlineData("X-Timestamp", "soon")]
    [InlineData("X-Timestamp", "-1795334400")]
    [InlineData("X-Timestamp", "99999999999999999999")]
    public async Task Call_without_a_proof_is_refused_without_a_reason(string header, string? value)
    {
        await using var host = await StartedAsync();

        using var answer = await SendAsync(host, Body(), change: request =>
        {
            request.Headers.Remove(header);
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(header, value);
            }
        });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("""{"result":"unauthorized"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task One_changed_byte_of_the_body_is_refused()
    {
        await using var host = await StartedAsync();
        using var answer = await SendAsync(host, Body("leave"), change: request => request.Content = new StringContent(Body("join")));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"nonce":"short","event":"join","group":"120363000000000001@g.us","member":"628000111222@s.whatsapp.net"}""")]
    [InlineData("""{"nonce":"0123456789abcdef","event":"delete","group":"120363000000000001@g.us","member":"628000111222@s.whatsapp.net"}""")]
    [InlineData("""{"nonce":"0123456789abcdef","event":"join","group":"628000111222@s.whatsapp.net","member":"628000111222@s.whatsapp.net"}""")]
    [InlineData("""{"nonce":"0123456789abcdef","event":"join","group":"120363000000000001@g.us","member":"120363000000000001@g.us"}""")]
    [InlineData("""{"nonce":"0123456789abcdef","event":"join","group":"120363000000000001@g.us"}""")]
    public async Task Authentic_call_of_another_shape_is_malformed(string body)
    {
        await using var host = await StartedAsync();

        using var answer = await SendAsync(host, body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData(64 * 1024, true, HttpStatusCode.Accepted)]
    [InlineData((64 * 1024) + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData((64 * 1024) + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Body_may_have_64_kB(int length, bool saysLength, HttpStatusCode status)
    {
        await using var host = await StartedAsync();
        var body = Body();
        body = body[..^1] + ",\"filler\":\"" + new string('x', length - body.Length - 12) + "\"}";
        Assert.Equal(length, body.Length);

        using var answer = await SendAsync(host, body, change: request => request.Headers.TransferEncodingChunked = !saysLength);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Without_a_secret_there_is_no_webhook()
    {
        await using var host = await new HostUnderTest().StartAsync();

        using var answer = await SendAsync(host, Body());

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Flood_of_hints_is_one_read_at_once_and_one_more_after_ten_seconds()
    {
        await using var host = await StartedAsync();
        var reads = host.WhatsApp.RosterReads;
        for (var i = 0; i < 20; i++)
        {
            using var answer = await SendAsync(host, Body());
        }

        await HostUnderTest.Until(() => host.WhatsApp.RosterReads > reads);
        Assert.Equal(reads + 1, host.WhatsApp.RosterReads);
        host.Time.Advance(HintDesk.Spacing);
        await HostUnderTest.Until(() => host.WhatsApp.RosterReads > reads + 1);
        Assert.Equal(reads + 2, host.WhatsApp.RosterReads);
    }

    internal static string[] Arguments => ["--Webhook:Secret", Secret, "--Webhook:PreviousSecret", Old];

    internal static async Task<HostUnderTest> StartedAsync()
    {
        var host = new HostUnderTest(null, null, Arguments);
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(Events.Budi, Events.Sari));
        await host.StartAsync();
        host.LogIn();
        await HostUnderTest.Until(async () => await host.Get<Shared.Members.IMemberDirectory>().FindByJidAsync(Events.Budi.ToString(), CancellationToken.None) is not null);
        return host;
    }

    private static string Body(string what = "join") =>
        $$"""{"nonce":"{{Guid.NewGuid():N}}","event":"{{what}}","group":"{{HostUnderTest.Group}}","member":"{{Events.Budi}}"}""";

    private static async Task<HttpResponseMessage> SendAsync(HostUnderTest host, string body, string secret = Secret, DateTimeOffset? at = null, Action<HttpRequestMessage>? change = null)
    {
        var timestamp = (at ?? host.Time.GetUtcNow()).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, WebhookEndpoint.Path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp);
        request.Headers.Add(WebhookSignature.SignatureHeader, Convert.ToHexStringLower(WebhookSignature.Compute(secret, timestamp, Encoding.UTF8.GetBytes(body))));
        change?.Invoke(request);
        using var browser = host.Browser();
        return await browser.SendAsync(request);
    }
}
