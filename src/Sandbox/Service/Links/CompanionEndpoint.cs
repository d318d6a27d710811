using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Sandbox.Service.Wire;
using WhatsApp.Wire;

namespace Sandbox.Service.Links;

/// <summary>The loopback port companions connect to. Lives until disposed; the world may open it again on the same port.</summary>
internal sealed class CompanionEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();

    private CompanionEndpoint(WebApplication app) => _app = app;

    public int Port { get; private set; }

    public static async Task<CompanionEndpoint> OpenAsync(int port, ServiceCore core, ClientReception reception, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(logs);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        var endpoint = new CompanionEndpoint(app);
        app.UseWebSockets(new() { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        app.Run(context => endpoint.ServeAsync(context, core, reception));
        await app.StartAsync(cancellationToken);
        endpoint.Port = new Uri(app.Urls.First()).Port;
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ServeAsync(HttpContext context, ServiceCore core, ClientReception reception)
    {
        if (!context.WebSockets.IsWebSocketRequest || context.Request.Path != "/ws/chat")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (await core.Loop.RunAsync(() => core.Faults.Take<ServiceFault.RefuseConnection>(null)) is not null)
        {
            context.Abort();
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, context.RequestAborted);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await using var frames = FrameChannel.ForServer(new WebSocketByteChannel(socket));
        await reception.ServeAsync(frames, over.Token);
    }
}
