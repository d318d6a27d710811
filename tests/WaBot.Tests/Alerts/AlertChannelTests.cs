using System.Text.Json;
using Shared.Alerts;
using WaBot.Tests.Support;

namespace WaBot.Tests.Alerts;

public class AlertChannelTests
{
    [Theory]
    [InlineData("Discord", "content")]
    [InlineData("Slack", "text")]
    public async Task An_alert_arrives_in_the_channels_own_shape(string shape, string property)
    {
        await using var channel = await AlertChannel.StartAsync();
        await using var host = await StartAsync(channel, shape);

        await host.Get<IAlerts>().RaiseAsync(new Alert("test_alert", AlertSeverity.Critical, "The panel is gone.", "panel"), CancellationToken.None);

        await HostUnderTest.Until(() => !channel.Bodies.IsEmpty);
        using var json = JsonDocument.Parse(channel.Bodies.First());
        Assert.Contains("The panel is gone.", json.RootElement.GetProperty(property).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_is_down_loses_nothing()
    {
        await using var channel = await AlertChannel.StartAsync();
        channel.Status = 503;
        await using var host = await StartAsync(channel, "Discord");
        await host.Get<IAlerts>().RaiseAsync(new Alert("test_alert", AlertSeverity.Warning, "Kept."), CancellationToken.None);
        await HostUnderTest.Until(() => !channel.Bodies.IsEmpty);

        channel.Status = 204;
        var tries = channel.Bodies.Count;

        await HostUnderTest.Until(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(11));
            return channel.Bodies.Count > tries;
        });
    }

    [Fact]
    public async Task A_storm_of_alerts_comes_as_a_few_messages_and_each_kind_is_counted()
    {
        await using var channel = await AlertChannel.StartAsync();
        await using var host = await StartAsync(channel, "Discord");
        var desk = host.Get<IAlertOutbox>();
        for (var n = 0; n < 200; n++)
        {
            await desk.AddAsync(new Alert("claim_failed", AlertSeverity.Warning, "A claim failed.", $"claim {n}"), CancellationToken.None);
        }

        await host.Get<IAlerts>().RaiseAsync(new Alert("session_halted", AlertSeverity.Critical, "Halted."), CancellationToken.None);

        await HostUnderTest.Until(async () => (await desk.LoadDueAsync(500, CancellationToken.None)).Count == 0);
        Assert.InRange(channel.Bodies.Count, 1, 5);
        using var last = JsonDocument.Parse(channel.Bodies.Last());
        var text = last.RootElement.GetProperty("content").GetString();
        Assert.Contains("alerts at once", text, StringComparison.Ordinal);
        Assert.Contains("× ", text, StringComparison.Ordinal);
        Assert.True(text!.Length <= 2000);
    }

    private static Task<HostUnderTest> StartAsync(AlertChannel channel, string shape) =>
        new HostUnderTest(null, null, "--Alerts:WebhookUrl", channel.Address, "--Alerts:Shape", shape).StartAsync();
}
