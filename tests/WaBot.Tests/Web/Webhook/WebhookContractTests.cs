using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WaBot.Tests.Support;
using WaBot.Web.Webhook;

namespace WaBot.Tests.Web.Webhook;

/// <summary>docs/webhook.md holds both sides: the host here, and a sender in another language that was written from it.</summary>
public partial class WebhookContractTests
{
    private const string Secret = "synthetic-webhook-secret-0123456789";

    [Fact]
    public async Task The_documented_example_is_what_both_sides_compute_and_what_the_host_reads()
    {
        var blocks = Json().Matches(await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "webhook.md"))).Select(match => match.Groups[1].Value.Trim()).ToList();
        var example = JsonDocument.Parse(blocks[1]).RootElement;
        var (secret, timestamp, body) = (example.GetProperty("secret").GetString()!, example.GetProperty("timestamp").GetString()!, example.GetProperty("body").GetString()!);
        var signature = example.GetProperty("signature").GetString();

        Assert.Equal(blocks[0], body);
        Assert.Equal("leave", WebhookHint.TryRead(Encoding.UTF8.GetBytes(body))?.Event);
        Assert.Equal(signature, Convert.ToHexStringLower(WebhookSignature.Compute(secret, timestamp, Encoding.UTF8.GetBytes(body))));
        Assert.Equal(signature, await NodeAsync("sign", secret, timestamp, body));
    }

    [Fact]
    public async Task A_foreign_sender_is_understood_and_one_without_the_secret_is_not()
    {
        await using var host = new HostUnderTest(null, services => services.AddSingleton(TimeProvider.System), "--Webhook:Secret", Secret);
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(Events.Budi));
        await host.StartAsync();
        host.LogIn();
        await HostUnderTest.Until(() => host.WhatsApp.RosterReads > 0);
        var reads = host.WhatsApp.RosterReads;
        var url = new Uri(host.Address, WebhookEndpoint.Path).ToString();

        Assert.Equal("401 unauthorized", await NodeAsync("send", url, "another-secret-of-more-than-32-characters", "leave", HostUnderTest.Group.ToString(), Events.Budi.ToString()));
        Assert.Equal("202 accepted", await NodeAsync("send", url, Secret, "leave", HostUnderTest.Group.ToString(), Events.Budi.ToString()));
        await HostUnderTest.Until(() => host.WhatsApp.RosterReads > reads);
        Assert.Equal("400 malformed", await NodeAsync("send", url, Secret, "vanish", HostUnderTest.Group.ToString(), Events.Budi.ToString()));
    }

    private static async Task<string> NodeAsync(params string[] arguments)
    {
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(Root(), "tests", "WaBot.Tests", "Web", "Webhook", "sender.mjs"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token);
        Assert.True(node.ExitCode == 0, await errors);
        return (await output).Trim();
    }

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "WaBot.slnx")))
        {
            at = at.Parent ?? throw new DirectoryNotFoundException("The repository's root is not above the tests.");
        }
        return at.FullName;
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Json();
}
