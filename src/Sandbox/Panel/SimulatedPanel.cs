using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sandbox.Panel.Faults;
using Sandbox.Panel.Http;
using Sandbox.Panel.Nodes;
using Sandbox.Panel.State;
using WhatsApp;

namespace Sandbox.Panel;

/// <summary>A hosting panel on loopback that follows the real one in every point a provisioner can see, with switches for its faults.</summary>
internal sealed class SimulatedPanel : IAsyncDisposable
{
    private readonly PanelCore core;
    private readonly PanelGate gate;
    private readonly ILoggerFactory loggers;
    private readonly CancellationTokenSource stopping = new();
    private WebApplication? web;

    private SimulatedPanel(PanelCore core, SimulatedPanelOptions options, TimeProvider time, IRandomSource random, ILoggerFactory loggers)
    {
        (this.core, this.loggers) = (core, loggers);
        Faults = new PanelFaults(time);
        gate = new PanelGate(core, options, Faults, Log, new PanelRateLimit(options.RequestsPerMinute, time), random, time);
    }

    public PanelFaults Faults { get; }

    public PanelRequestLog Log { get; } = new();

    public string ApiKey => core.Read(world => world.Keys[0].Key);

    public Uri BaseAddress => core.Read(world => new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", world.HttpPort).Uri);

    /// <summary>Loads or seeds the world, opens the ports of running servers and listens.</summary>
    public static async Task<SimulatedPanel> StartAsync(SimulatedPanelOptions options, TimeProvider time, IRandomSource random, ILoggerFactory loggers)
    {
        PanelStateFile? file = null;
        if (options.Folder is { } folder)
        {
            Shared.Files.PrivateFolder.Create(folder);
            file = new PanelStateFile(Path.Combine(folder, "panel.json"));
        }

        var world = file?.Load() ?? SeedData.Create(options, random);
        if (options.Port != 0)
        {
            world.HttpPort = options.Port;
        }

        var core = new PanelCore(world, file, options.OpensPorts ? new ServerPorts(loggers.CreateLogger<ServerPorts>()) : null, time);
        var panel = new SimulatedPanel(core, options, time, random, loggers);
        await panel.ListenAsync();
        return panel;
    }

    /// <summary>Looks at the world as it is now.</summary>
    public T Read<T>(Func<PanelWorld, T> read) => core.Run(read);

    /// <summary>Changes the world by hand, as an administrator would.</summary>
    public void Change(Action<PanelWorld> change) => core.Run(world =>
    {
        change(world);
        return true;
    });

    public bool CanLogIn(string user, string password) => core.Read(world => world.CanLogIn(user, password));

    /// <summary>False: connections are refused, while servers go on running. True: back on the same port.</summary>
    public async Task SetReachableAsync(bool reachable)
    {
        if (reachable)
        {
            await ListenAsync();
        }
        else
        {
            await StopListeningAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await StopListeningAsync();
        await core.DisposeAsync();
        stopping.Dispose();
    }

    private async Task ListenAsync()
    {
        if (web is not null)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, core.Read(world => world.HttpPort));
        });
        var app = builder.Build();
        app.UseRouting();
        app.Use((http, next) => gate.InvokeAsync(http, () => next(http), stopping.Token));
        PanelRoutes.Map(app, core);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        core.Run(world => world.HttpPort = new Uri(address).Port);
        web = app;
    }

    private async Task StopListeningAsync()
    {
        if (web is { } app)
        {
            web = null;
            await app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await app.DisposeAsync();
        }
    }
}
