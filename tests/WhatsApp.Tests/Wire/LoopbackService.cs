using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sandbox.Service.Wire;
using WhatsApp.Wire;

namespace WhatsApp.Tests.Wire;

/// <summary>A WebSocket server on loopback, plain or with a certificate of a test authority.</summary>
internal sealed class LoopbackService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private CancellationTokenSource _drop = new();

    private LoopbackService(WebApplication app, int port, X509Certificate2Collection authorities) => (_app, Port, Authorities) = (app, port, authorities);

    public int Port { get; }

    public X509Certificate2Collection Authorities { get; }

    public IHeaderDictionary Headers { get; private set; } = new HeaderDictionary();

    /// <summary>With TLS when a name is given: its certificate is good for that name for some days.</summary>
    public static Task<LoopbackService> StartAsync(Func<IByteChannel, Task> serve, string? tlsName = null) => tlsName is null
        ? StartAsync(serve, authority: null, leaf: null)
        : StartAsync(serve, TestAuthority.Create(TimeProvider.System.GetUtcNow()), tlsName);

    /// <summary>With TLS, certified by an authority of the test's own.</summary>
    public static Task<LoopbackService> StartAsync(Func<IByteChannel, Task> serve, TestAuthority authority, string tlsName) =>
        StartAsync(serve, authority, authority.Issue(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(5), tlsName));

    public static async Task<LoopbackService> StartAsync(Func<IByteChannel, Task> serve, TestAuthority? authority, X509Certificate2? leaf)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (leaf is not null)
            {
                listen.UseHttps(leaf);
            }
        }));
        var app = builder.Build();
        LoopbackService? service = null;
        app.UseWebSockets();
        app.Map("/ws/chat", async (HttpContext context) =>
        {
            if (service is not null)
            {
                service.Headers = new HeaderDictionary(context.Request.Headers.ToDictionary());
            }

            using var dropped = service?._drop.Token.Register(context.Abort);
            await using var channel = new WebSocketByteChannel(await context.WebSockets.AcceptWebSocketAsync());
            await serve(channel);
        });
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single() ?? throw new InvalidOperationException("The server has no address.");
        service = new LoopbackService(app, new Uri(address).Port, authority is null ? [] : [authority.Certificate]);
        return service;
    }

    /// <summary>Cuts every open connection; the next ones are taken.</summary>
    public async Task DropAsync()
    {
        var drop = Interlocked.Exchange(ref _drop, new CancellationTokenSource());
        await drop.CancelAsync();
        drop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await DropAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
