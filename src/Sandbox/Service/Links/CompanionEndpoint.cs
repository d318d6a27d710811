using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Sandbox.Service.Wire;
using WhatsApp.Wire;

namespace Sandbox.Service.Links;

/// <summary>The loopback ports companions connect to, one plain and one with TLS. Lives until disposed; the world may open it again on the same ports.</summary>
internal sealed class CompanionEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();

    private CompanionEndpoint(WebApplication app) => _app = app;

    public ServicePorts Ports { get; private set; } = new(0, 0);

    public static async Task<CompanionEndpoint> OpenAsync(
        ServicePorts ports, X509Certificate2 certificate, ServiceCore core, ClientReception reception, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(logs);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, ports.Plain);
            kestrel.Listen(IPAddress.Loopback, ports.Secure, listen => listen.UseHttps(certificate));
        });
        var app = builder.Build();
        var endpoint = new CompanionEndpoint(app);
        app.UseWebSockets(new() { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        app.Run(context => endpoint.ServeAsync(context, core, reception));
        await app.StartAsync(cancellationToken);
        endpoint.Ports = new(PortOf(app, Uri.UriSchemeHttp), PortOf(app, Uri.UriSchemeHttps));
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private static int PortOf(WebApplication app, string scheme) => app.Urls.Select(url => new Uri(url)).Single(url => url.Scheme == scheme).Port;

    private async Task ServeAsync(HttpContext context, ServiceCore core, ClientReception reception)
    {
        if (context.Request.Path == "/sw.js")
        {
            var revision = await core.Loop.RunAsync(() => core.ClientRevision);
            context.Response.ContentType = "text/javascript";
            await context.Response.WriteAsync($$"""self.__data={\"client_revision\":{{revision}},\"server_revision\":1};""", context.RequestAborted); // quotes escaped, as in the real one
            return;
        }

        if (context.Request.Method == "GET" && !context.WebSockets.IsWebSocketRequest &&
            await core.Loop.RunAsync(() => core.Media.Find(context.Request.Path.Value ?? "")) is { } file)
        {
            await context.Response.Body.WriteAsync(file, context.RequestAborted);
            return;
        }

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

/// <summary>Where the service listens; 0 takes a free port.</summary>
internal sealed record ServicePorts(int Plain, int Secure);
