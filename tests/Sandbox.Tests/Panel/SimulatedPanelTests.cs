using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sandbox.Panel;
using Sandbox.Panel.Faults;
using WhatsApp;

namespace Sandbox.Tests.Panel;

/// <summary>The quirks that a provisioner has to live with, as the real panel shows them.</summary>
public sealed class SimulatedPanelTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("panel-");
    private SimulatedPanel panel = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await panel.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Unknown_route_comes_before_the_key_and_the_key_before_malformed_json()
    {
        client.DefaultRequestHeaders.Authorization = null;

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("nothing")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.DeleteAsync("users")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("users", "{")).StatusCode);
    }

    [Fact]
    public async Task Lower_case_bearer_is_refused()
    {
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", panel.ApiKey);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("users")).StatusCode);
    }

    [Fact]
    public async Task Without_an_accept_that_names_json_a_refusal_is_a_redirect_and_a_missing_row_is_html()
    {
        client.DefaultRequestHeaders.Accept.Clear();

        var refused = await PostAsync("users", "{}");
        var missing = await client.GetAsync("users/999");

        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (missing.StatusCode, missing.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Validation_names_every_field_and_rule_with_the_status_as_text()
    {
        var answer = await PostAsync("users", """{"email":"not an address","username":"ab","external_id":5}""");

        var errors = (await ReadAsync(answer))["errors"]!.AsArray();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.All(errors, error => Assert.Equal(("ValidationException", "422"), ((string)error!["code"]!, (string)error["status"]!)));
        Assert.Equal(
            ["email/email", "external_id/string", "first_name/required", "last_name/required", "username/username"],
            errors.Select(error => $"{error!["meta"]!["source_field"]}/{error["meta"]!["rule"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task External_ids_usernames_and_addresses_are_unique_and_ids_are_leading_numbers()
    {
        var id = await CreateUserAsync("one", "x:1");

        var twin = await ReadAsync(await PostAsync("users", User("one", "X:1")));
        Assert.Equal(["external_id", "username", "email"], twin["errors"]!.AsArray().Select(error => (string)error!["meta"]!["source_field"]!));
        Assert.Equal(id, (int)(await ReadAsync(await client.GetAsync($"users/{id}abc")))["attributes"]!["id"]!);
        Assert.Equal(id, (int)(await ReadAsync(await client.GetAsync("users/external/x%3A1")))["attributes"]!["id"]!);
    }

    [Fact]
    public async Task Filters_are_substrings_and_an_unknown_filter_is_refused()
    {
        await CreateUserAsync("one", "x:1");
        await CreateUserAsync("two", "x:12");

        Assert.Equal(2, (await ReadAsync(await client.GetAsync("users?filter[external_id]=x:1")))["data"]!.AsArray().Count);
        var refused = await client.GetAsync("users?filter[nose]=1");
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidFilterQuery"), (refused.StatusCode, (string)(await ReadAsync(refused))["errors"]![0]!["code"]!));
    }

    [Fact]
    public async Task Pages_have_a_next_link_that_keeps_only_the_page()
    {
        await CreateUserAsync("one", "x:1");
        await CreateUserAsync("two", "x:2");

        var meta = (await ReadAsync(await client.GetAsync("users?per_page=1&filter[username]=o")))["meta"]!["pagination"]!;

        Assert.Equal((2, 1, 2), ((int)meta["total"]!, (int)meta["count"]!, (int)meta["total_pages"]!));
        Assert.EndsWith("/users?page=2", (string)meta["links"]!["next"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hundred_and_forty_requests_a_minute_then_429_with_the_time_to_wait()
    {
        HttpResponseMessage answer = null!;
        for (var i = 0; i < 241; i++)
        {
            answer = await client.GetAsync("users/1");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(1), answer.Headers.RetryAfter!.Delta);
        Assert.Equal("0", answer.Headers.GetValues("X-RateLimit-Remaining").Single());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("users/1")).StatusCode);
    }

    [Fact]
    public async Task Port_opens_after_the_install_closes_on_suspend_and_is_free_after_delete()
    {
        var (id, port) = await CreateServerAsync();
        Assert.False(await IsOpenAsync(port));
        Assert.Equal("installing", (string?)(await ServerAsync(id))["status"]);

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await IsOpenAsync(port));
        Assert.Null((string?)(await ServerAsync(id))["status"]);

        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync($"servers/{id}/suspend", "")).StatusCode);
        Assert.False(await IsOpenAsync(port));
        Assert.Equal(("suspended", 1), ((string)(await ServerAsync(id))["status"]!, (int)(await ServerAsync(id))["container"]!["installed"]!));

        await PostAsync($"servers/{id}/unsuspend", "");
        Assert.False(await IsOpenAsync(port)); // un-suspend does not start it
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"servers/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync($"servers/{id}")).StatusCode);
        Assert.Null(panel.Read(world => world.Allocations.Single(row => row.Port == port).ServerId));
    }

    [Fact]
    public async Task Running_server_user_and_port_survive_a_restart_of_the_panel()
    {
        var (id, port) = await CreateServerAsync();
        time.Advance(TimeSpan.FromSeconds(5));
        var (address, key) = (panel.BaseAddress, panel.ApiKey);
        await panel.DisposeAsync();
        Assert.False(await IsOpenAsync(port));

        await StartAsync();

        Assert.Equal((address, key), (panel.BaseAddress, panel.ApiKey));
        Assert.True(await IsOpenAsync(port));
        Assert.Equal(id, (int)(await ServerAsync(id))["id"]!);
    }

    [Fact]
    public async Task User_with_servers_cannot_be_deleted_and_a_down_node_keeps_the_server()
    {
        var (id, _) = await CreateServerAsync();
        var user = (int)(await ServerAsync(id))["user"]!;

        var kept = await client.DeleteAsync($"users/{user}");
        Assert.Equal((HttpStatusCode.BadRequest, "DisplayException"), (kept.StatusCode, (string)(await ReadAsync(kept))["errors"]![0]!["code"]!));
        panel.Faults.Add(new PanelFault(PanelFaultKind.DaemonDown, "DELETE /servers/{server}"));
        var down = await client.DeleteAsync($"servers/{id}");
        Assert.Equal((HttpStatusCode.GatewayTimeout, "DaemonConnectionException"), (down.StatusCode, (string)(await ReadAsync(down))["errors"]![0]!["code"]!));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"servers/{id}")).StatusCode);
    }

    [Fact]
    public async Task Two_creates_on_one_port_make_one_server_and_never_a_conflict()
    {
        var user = await CreateUserAsync("one", "x:1");
        var allocation = panel.Read(world => world.Allocations[0].Id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => PostAsync("servers", Server(user, allocation, $"claim-{i}"))));

        Assert.Equal([201, 422, 422, 422], answers.Select(answer => (int)answer.StatusCode).Order());
    }

    [Fact]
    public async Task Explicit_null_for_oom_disabled_and_a_missing_required_variable_are_refused()
    {
        var user = await CreateUserAsync("one", "x:1");
        var body = JsonNode.Parse(Server(user, panel.Read(world => world.Allocations[0].Id), "claim"))!.AsObject();
        body["oom_disabled"] = null;
        Assert.Equal("oom_disabled", (string)(await ReadAsync(await PostAsync("servers", body.ToJsonString())))["errors"]![0]!["meta"]!["source_field"]!);
        body.Remove("oom_disabled");
        body["environment"]!.AsObject().Remove("MAIN_FILE");
        Assert.Equal("environment.MAIN_FILE", (string)(await ReadAsync(await PostAsync("servers", body.ToJsonString())))["errors"]![0]!["meta"]!["source_field"]!);
    }

    private async Task StartAsync()
    {
        panel = await SimulatedPanel.StartAsync(new SimulatedPanelOptions { Folder = folder.FullName }, time, new SystemRandomSource(), NullLoggerFactory.Instance);
        client?.Dispose();
        client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(panel.BaseAddress, "api/application/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", panel.ApiKey);
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body) =>
        client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    private async Task<JsonNode> ServerAsync(int id) => (await ReadAsync(await client.GetAsync($"servers/{id}")))["attributes"]!;

    private async Task<int> CreateUserAsync(string name, string externalId) =>
        (int)(await ReadAsync(await PostAsync("users", User(name, externalId))))["attributes"]!["id"]!;

    private async Task<(int Id, int Port)> CreateServerAsync()
    {
        var user = await CreateUserAsync("owner", "x:owner");
        var (allocation, port) = panel.Read(world => (world.Allocations[0].Id, world.Allocations[0].Port));
        var answer = await PostAsync("servers", Server(user, allocation, "claim-1"));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return ((int)(await ReadAsync(answer))["attributes"]!["id"]!, port);
    }

    private static string User(string name, string externalId) => new JsonObject
    {
        ["external_id"] = externalId,
        ["username"] = name,
        ["email"] = name + "@members.invalid",
        ["first_name"] = name,
        ["last_name"] = "member",
        ["password"] = "p",
    }.ToJsonString();

    private static string Server(int user, int allocation, string externalId) => new JsonObject
    {
        ["name"] = "a server",
        ["external_id"] = externalId,
        ["user"] = user,
        ["egg"] = 15,
        ["docker_image"] = "ghcr.io/pelican-eggs/yolks:nodejs_22",
        ["startup"] = "node {{MAIN_FILE}}",
        ["environment"] = new JsonObject { ["MAIN_FILE"] = "index.js", ["AUTO_UPDATE"] = "0", ["USER_UPLOAD"] = "1" },
        ["limits"] = new JsonObject { ["memory"] = 512, ["swap"] = 0, ["disk"] = 1024, ["io"] = 500, ["cpu"] = 50 },
        ["feature_limits"] = new JsonObject { ["databases"] = 0, ["backups"] = 0 },
        ["allocation"] = new JsonObject { ["default"] = allocation },
        ["start_on_completion"] = true,
    }.ToJsonString();

    private static async Task<bool> IsOpenAsync(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
