using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace WaBot.Tests.Support;

/// <summary>An alert webhook: a real HTTP listener on loopback.</summary>
internal sealed class AlertChannel(WebApplication app) : IAsyncDisposable
{
    public ConcurrentQueue<string> Bodies { get; } = new();

    public int Status { get; set; } = 204;

    public string Address => app.Urls.First() + "/hook/synthetic-token";

    public static async Task<AlertChannel> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var channel = new AlertChannel(app);
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
