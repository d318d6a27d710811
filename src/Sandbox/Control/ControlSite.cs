using Sandbox.Run;

namespace Sandbox.Control;

/// <summary>The sandbox's own web server: the page and the control API, on loopback.</summary>
internal static class ControlSite
{
    public static WebApplication Build(SandboxRun run, int port, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddRoutingCore();
        builder.Services.AddProblemDetails();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, port);
        });
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages(); // a body that cannot be read gets a status only; this says it as a problem
        app.Use((context, next) => LoopbackOnly.CheckAsync(context, next.Invoke));
        app.UseRouting();
        app.MapPage();
        app.MapControl(run);
        return app;
    }
}
