using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sandbox.Clock;
using Shared.FailPoints;
using WaBot;
using WaBot.Session;
using WhatsApp;
using WhatsApp.Wire;

namespace Sandbox.Bot;

/// <summary>
/// The child: the product's own host with three things replaced: the address and trust root of the WhatsApp service, the
/// domain's clock, and the fail points.
/// </summary>
internal static class BotMain
{
    public static async Task<int> RunAsync(string[] args)
    {
        var clock = new SandboxClock(ClockOffsets.Parse(Environment.GetEnvironmentVariable(BotProcess.ClockVariable)));
        var failPoints = new KillingFailPoints(Environment.GetEnvironmentVariable(BotProcess.FailPointsVariable));
        try
        {
            await using var app = WaBotHost.Build(args, services => Replace(services, clock, failPoints));
            await app.RunAsync();
            return 0;
        }
        catch (WaBot.Options.ConfigurationFaultException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 78;
        }
        catch (SessionStoreException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 75;
        }
    }

    private static void Replace(IServiceCollection services, SandboxClock clock, KillingFailPoints failPoints)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        services.Replace(ServiceDescriptor.Singleton<IFailPoints>(failPoints));
        services.Replace(ServiceDescriptor.Singleton(provider => SessionSetup.ClientOptions(provider) with
        {
            Endpoint = new Uri(Required(BotArguments.EndpointVariable)),
            TrustRoot = new NoiseTrustRoot(Convert.FromHexString(Required(BotArguments.TrustRootVariable))),
            Authorities = Authorities(),
        }));
        services.AddHostedService(provider => new ParentPipe(clock, failPoints, provider.GetRequiredService<IHostApplicationLifetime>()));
        services.AddHostedService(provider => new QrFile(provider.GetRequiredService<IWhatsAppClient>(), Required(BotArguments.QrFileVariable)));
        services.AddHostedService(provider => new CodeFile(
            provider.GetRequiredService<IWhatsAppClient>(), Required(BotArguments.CodeFileVariable), Environment.GetEnvironmentVariable(BotArguments.LinkPhoneVariable)));
    }

    /// <summary>Who may certify the simulated service's name; the machine's own store when the sandbox names nobody.</summary>
    private static X509Certificate2Collection? Authorities() =>
        Environment.GetEnvironmentVariable(BotArguments.AuthorityVariable) is { Length: > 0 } certificate
            ? [X509CertificateLoader.LoadCertificate(Convert.FromBase64String(certificate))]
            : null;

    private static string Required(string variable) =>
        Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"{variable} is not set: the bot of the sandbox is started by the sandbox.");
}
