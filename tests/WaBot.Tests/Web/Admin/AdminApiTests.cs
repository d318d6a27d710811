using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shared.Claims;
using Shared.Grace;
using Shared.Members;
using Shared.Operators;
using Shared.Ports;
using Shared.Reconcile;
using WaBot.Tests.Support;

namespace WaBot.Tests.Web.Admin;

public class AdminApiTests
{
    private static readonly Guid Any = new("11111111-2222-4333-8444-555555555555");

    /// <summary>Every call of the API and the scope it needs.</summary>
    public static TheoryData<string, string, string> Calls => new()
    {
        { "GET", "/api/admin/claims", "read" },
        { "GET", "/api/admin/audit", "read" },
        { "GET", "/api/admin/ports", "read" },
        { "GET", "/api/admin/reconcile", "read" },
        { "PATCH", $"/api/claim/{Any}/upgrade", "claims" },
        { "POST", $"/api/admin/claims/{Any}/retry", "claims" },
        { "POST", $"/api/admin/claims/{Any}/retry-elsewhere", "claims" },
        { "POST", $"/api/admin/claims/{Any}/clean-up", "claims" },
        { "POST", "/api/admin/claims/pause", "claims" },
        { "POST", "/api/admin/claims/resume", "claims" },
        { "POST", $"/api/admin/claims/{Any}/resume-deletion", "deletions" },
        { "POST", $"/api/admin/claims/{Any}/extend-grace", "deletions" },
        { "POST", "/api/admin/deletions/freeze", "deletions" },
        { "POST", "/api/admin/deletions/release", "deletions" },
        { "POST", "/api/admin/members/1/protect", "deletions" },
        { "POST", "/api/admin/members/1/unprotect", "deletions" },
        { "POST", "/api/admin/reconcile", "panel" },
        { "POST", $"/api/admin/reconcile/{Any}/adopt", "panel" },
        { "POST", $"/api/admin/reconcile/{Any}/recreate", "panel" },
        { "POST", "/api/admin/ports/7/release", "panel" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Call_needs_a_valid_token_of_its_own_scope_and_is_audited_either_way(string method, string path, string scope)
    {
        await using var host = await new HostUnderTest().StartAsync();
        var others = await TokenAsync(host, "others", "read,claims,deletions,panel".Split(',').Except([scope]).Aggregate((a, b) => a + "," + b));
        var right = await TokenAsync(host, "right", scope);

        using var without = await SendAsync(host, method, path, null);
        using var invented = await SendAsync(host, method, path, "wabot_" + new string('0', 64));
        using var wrong = await SendAsync(host, method, path, others);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (without.StatusCode, invented.StatusCode, wrong.StatusCode));
        Assert.Null(await host.Get<IDeletionBreaker>().CurrentAsync(CancellationToken.None));
        Assert.False(await host.Get<IOperatorDesk>().AreClaimsPausedAsync(CancellationToken.None));

        using var answer = await SendAsync(host, method, path, right);
        Assert.False(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
        var audit = await host.Get<IOperatorDesk>().ListAuditAsync(10, CancellationToken.None);
        Assert.Equal(["right", "others", "unknown", "unknown"], audit.Select(line => line.Actor));
        Assert.Equal(["Forbidden", "Unauthorized", "Unauthorized"], audit.Skip(1).Select(line => line.Outcome));
    }

    [Fact]
    public async Task Revoked_token_opens_nothing_and_no_token_is_kept_in_clear()
    {
        await using var host = await new HostUnderTest().StartAsync();
        var token = await TokenAsync(host, "ops", "read");
        using var before = await SendAsync(host, "GET", "/api/admin/claims", token);
        using var output = new StringWriter();
        Assert.Equal(0, await WaBotHost.RunAsync(["user", "token", "revoke", "ops", .. host.Arguments], output, TextWriter.Null));
        using var after = await SendAsync(host, "GET", "/api/admin/claims", token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (before.StatusCode, after.StatusCode));
        Assert.DoesNotContain(await host.ReadAsync(db => db.ApiTokens.Select(row => row.Hash).ToListAsync()), hash => token.Contains(hash, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("add", "ops", "everything")]
    [InlineData("add", "ops")]
    [InlineData("revoke", "nobody")]
    [InlineData("sell")]
    public async Task Command_that_cannot_be_done_says_so(params string[] words)
    {
        await using var host = await new HostUnderTest().StartAsync();
        using var errors = new StringWriter();

        Assert.Equal(64, await WaBotHost.RunAsync(["user", "token", .. words, .. host.Arguments], TextWriter.Null, errors));
        Assert.NotEmpty(errors.ToString());
    }

    [Fact]
    public async Task Upgrade_is_noted_and_brought_to_the_panel()
    {
        var limits = new RecordedLimits();
        await using var host = await StartedAsync(limits);
        var claim = await host.ActiveClaimAsync(Events.Budi.ToString());
        var token = await TokenAsync(host, "ops", "claims");

        using var nothing = await SendAsync(host, "PATCH", $"/api/claim/{claim}/upgrade", token, """{"memoryMiB":0}""");
        using var words = await SendAsync(host, "PATCH", $"/api/claim/{claim}/upgrade", token, "more, please");
        using var upgraded = await SendAsync(host, "PATCH", $"/api/claim/{claim}/upgrade", token, """{"memoryMiB":2048,"cpuPercent":100}""");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.OK), (nothing.StatusCode, words.StatusCode, upgraded.StatusCode));
        var row = (await host.Get<IClaimService>().FindAsync(claim, CancellationToken.None))!;
        Assert.Equal((2048, (int?)null, 100), (row.MemoryMiB, row.DiskMiB, row.CpuPercent));
        Assert.Equal([claim], limits.Applied);
    }

    [Fact]
    public async Task Paused_claims_are_refused_kindly_in_the_chat_and_resumed_ones_go_on()
    {
        await using var host = await StartedAsync();
        var token = await TokenAsync(host, "ops", "claims");
        using var paused = await SendAsync(host, "POST", "/api/admin/claims/pause", token);
        host.WhatsApp.Raise(Events.Private(1, Events.Budi, "!claim"));
        await HostUnderTest.Until(() => host.WhatsApp.Sent.Count == 1);
        using var resumed = await SendAsync(host, "POST", "/api/admin/claims/resume", token);
        host.WhatsApp.Raise(Events.Private(2, Events.Budi, "!claim"));
        await HostUnderTest.Until(() => host.WhatsApp.Sent.Count == 2);

        var texts = host.WhatsApp.Sent.Select(message => message.Text).ToList();
        Assert.Equal(WaBot.Texts.Indonesian.Texts[WaBot.Texts.TextKey.GatePaused], texts[0]);
        Assert.NotEqual(texts[0], texts[1]);
    }

    [Fact]
    public async Task Grace_is_extended_a_member_protected_a_port_released_and_deletions_frozen_and_released()
    {
        await using var host = await StartedAsync();
        var id = await host.ActiveClaimAsync(Events.Budi.ToString());
        var token = await TokenAsync(host, "ops", "deletions,panel");
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(Events.Sari));
        host.WhatsApp.Raise(Events.Members(1, WhatsApp.MembersChange.Left, Events.Budi));
        var claims = host.Get<IClaimService>();
        await HostUnderTest.Until(async () => (await claims.FindAsync(id, CancellationToken.None))!.State == ClaimState.Deleting);
        var member = (await claims.FindAsync(id, CancellationToken.None))!.MemberId;
        await host.Get<IPortQuarantine>().AddAsync(new QuarantinedPort(7, 1, id, "seen bound."), CancellationToken.None);

        using var extended = await SendAsync(host, "POST", $"/api/admin/claims/{id}/extend-grace", token, """{"by":"02:00:00"}""");
        using var tooLong = await SendAsync(host, "POST", $"/api/admin/claims/{id}/extend-grace", token, """{"by":"100.00:00:00"}""");
        using var protect = await SendAsync(host, "POST", $"/api/admin/members/{member}/protect", token);
        using var freeze = await SendAsync(host, "POST", "/api/admin/deletions/freeze", token);
        var frozen = await host.Get<IDeletionBreaker>().CurrentAsync(CancellationToken.None);
        using var release = await SendAsync(host, "POST", "/api/admin/deletions/release", token);
        using var port = await SendAsync(host, "POST", "/api/admin/ports/7/release", token);
        using var again = await SendAsync(host, "POST", "/api/admin/ports/7/release", token);

        Assert.Equal(TimeSpan.FromHours(2), (await claims.FindAsync(id, CancellationToken.None))!.GraceExtra);
        Assert.True((await host.Get<IMemberDirectory>().FindAsync(member, CancellationToken.None))!.IsProtected);
        Assert.Equal(FreezeReason.Operator, frozen?.Reason);
        Assert.Null(await host.Get<IDeletionBreaker>().CurrentAsync(CancellationToken.None));
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound],
            new[] { extended, tooLong, protect, freeze, release, port, again }.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task Failed_claim_is_retried_elsewhere_and_a_claim_in_another_state_is_a_conflict()
    {
        await using var host = await StartedAsync();
        var id = await host.ActiveClaimAsync(Events.Budi.ToString());
        var token = await TokenAsync(host, "ops", "claims,read");

        using var conflict = await SendAsync(host, "POST", $"/api/admin/claims/{id}/retry-elsewhere", token);
        using var unknown = await SendAsync(host, "POST", $"/api/admin/claims/{Any}/retry", token);
        using var list = await SendAsync(host, "GET", "/api/admin/claims?state=active", token);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NotFound), (conflict.StatusCode, unknown.StatusCode));
        using var json = JsonDocument.Parse(await list.Content.ReadAsStringAsync());
        Assert.Equal((id, "active"), (json.RootElement[0].GetProperty("id").GetGuid(), json.RootElement[0].GetProperty("state").GetString()));
        Assert.DoesNotContain("628000", await list.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<HostUnderTest> StartedAsync(IServerLimits? limits = null)
    {
        var host = new HostUnderTest(null, services => services.AddSingleton(limits ?? new RecordedLimits()));
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(Events.Budi, Events.Sari));
        await host.StartAsync();
        host.LogIn();
        await HostUnderTest.Until(async () => await host.Get<IMemberDirectory>().FindByJidAsync(Events.Budi.ToString(), CancellationToken.None) is not null);
        return host;
    }

    private static async Task<string> TokenAsync(HostUnderTest host, string name, string scopes)
    {
        using var output = new StringWriter();
        Assert.Equal(0, await WaBotHost.RunAsync(["user", "token", "add", name, scopes, .. host.Arguments], output, TextWriter.Null));
        return output.ToString().Split('\n')[1].Trim();
    }

    private static async Task<HttpResponseMessage> SendAsync(HostUnderTest host, string method, string path, string? token, string body = "{}")
    {
        using var browser = host.Browser();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        if (method != "GET")
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }
        return await browser.SendAsync(request);
    }

    private sealed class RecordedLimits : IServerLimits
    {
        public List<Guid> Applied { get; } = [];

        public Task<AdoptOutcome> ApplyAsync(Guid claimId, CancellationToken ct)
        {
            Applied.Add(claimId);
            return Task.FromResult(AdoptOutcome.Done);
        }
    }
}
