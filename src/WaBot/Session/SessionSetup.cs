using System.Net;
using Shared.FailPoints;
using WaBot.Options;
using WaBot.Security;
using WhatsApp;

namespace WaBot.Session;

/// <summary>How the host opens the protocol client.</summary>
internal static class SessionSetup
{
    private const int DnsPort = 53;

    /// <summary>The options for the real service. Another trust root or endpoint can only be put in by code (<c>with</c>), never by a setting.</summary>
    public static WhatsAppClientOptions ClientOptions(IServiceProvider services)
    {
        var session = services.GetRequiredService<WhatsAppOptions>();
        var failPoints = services.GetRequiredService<IFailPoints>();
        return new WhatsAppClientOptions
        {
            StorageFolder = Path.GetFullPath(session.Folder),
            DeviceName = session.DeviceName,
            Protector = services.GetRequiredService<RingProtector>(),
            Random = services.GetRequiredService<IRandomSource>(),
            Probe = failPoints.Reach,
            FallbackDns = [.. session.FallbackDns.Select(address => new IPEndPoint(address, DnsPort))],
            Pacing = new PacingOptions
            {
                MessagesPerMinute = session.MessagesPerMinute,
                ChatInterval = session.ChatInterval,
                ChatBurst = session.ChatBurst,
                Jitter = session.PacingJitter,
            },
            Reconnect = new ReconnectOptions { StopAfterAlert = session.StopAfterTenFailures },
        };
    }

    /// <summary>Opens the session's store. The container asks for it once, at the start, when there is nothing else to do but wait.</summary>
    public static IWhatsAppClient Open(IServiceProvider services) =>
        WhatsAppClient.OpenAsync(services.GetRequiredService<WhatsAppClientOptions>(), services.GetRequiredService<ILoggerFactory>(), CancellationToken.None)
            .GetAwaiter().GetResult();
}
