using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WhatsApp.Wire;

namespace WhatsApp.Tests.Wire;

/// <summary>A WebSocket server on loopback, plain or with a certificate of a test authority.</summary>
internal sealed class LoopbackService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoopbackService(WebApplication app, int port, X509Certificate2Collection authorities) => (_app, Port, Authorities) = (app, port, authorities);

    public int Port { get; }

    public X509Certificate2Collection Authorities { get; }

    public IHeaderDictionary Headers { get; private set; } = new HeaderDictionary();

    public static async Task<LoopbackService> StartAsync(Func<IByteChannel, Task> serve, string? tlsName = null)
    {
        var (authority, leaf) = tlsName is null ? (null, null) : Certificates(tlsName);
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

            await using var channel = new WebSocketByteChannel(await context.WebSockets.AcceptWebSocketAsync());
            await serve(channel);
        });
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single() ?? throw new InvalidOperationException("The server has no address.");
        service = new LoopbackService(app, new Uri(address).Port, authority is null ? [] : [authority]);
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static (X509Certificate2 Authority, X509Certificate2 Leaf) Certificates(string name)
    {
        var from = DateTimeOffset.UtcNow.AddDays(-1);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var authority = authorityRequest.CreateSelfSigned(from, from.AddDays(10));

        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var leafRequest = new CertificateRequest($"CN={name}", leafKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        leafRequest.CertificateExtensions.Add(names.Build());
        var leaf = leafRequest.Create(authority, from, from.AddDays(5), [1, 2, 3, 4]).CopyWithPrivateKey(leafKey);
        return (X509CertificateLoader.LoadCertificate(authority.RawData), leaf);
    }
}
