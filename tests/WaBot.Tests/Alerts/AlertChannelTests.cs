using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
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
        await using var channel = await Channel.StartAsync();
        await using var host = await StartAsync(channel, shape);

        await host.Get<IAlerts>().RaiseAsync(new Alert("test_alert", AlertSeverity.Critical, "The panel is gone.", "panel"), CancellationToken.None);

        await HostUnderTest.Until(() => !channel.Bodies.IsEmpty);
        using var json = JsonDocument.Parse(channel.Bodies.First());
        Assert.Contains("The panel is gone.", json.RootElement.GetProperty(property).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_is_down_loses_nothing()
    {
        await using var channel = await Channel.StartAsync();
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

    private static Task<HostUnderTest> StartAsync(Channel channel, string shape) =>
        new HostUnderTest(null, null, "--Alerts:WebhookUrl", channel.Address, "--Alerts:Shape", shape).StartAsync();

    /// <summary>A real HTTP listener on loopback.</summary>
    private sealed class Channel(WebApplication app) : IAsyncDisposable
    {
        public ConcurrentQueue<string> Bodies { get; } = new();

        public int Status { get; set; } = 204;

        public string Address => app.Urls.First() + "/hook/synthetic-token";

        public static async Task<Channel> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var channel = new Channel(app);
            app.MapPost("/hook/synthetic-token", async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                channel.Bodies.Enqueue(await reader.ReadToEndAsync());
                return Results.StatusCode(channel.Status);
            });
            await app.StartAsync();
            return channel;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
