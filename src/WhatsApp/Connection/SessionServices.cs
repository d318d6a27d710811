using Microsoft.Extensions.Logging;
using WhatsApp.Diagnostics;
using WhatsApp.Store;
using WhatsApp.Supervision;

namespace WhatsApp.Connection;

/// <summary>What every feature of the client is built on; lives as long as the client, over all its connections.</summary>
internal sealed record SessionServices(
    WhatsAppClientOptions Options,
    ISessionDatabase Database,
    IStanzaSender Sender,
    StanzaRouter Router,
    StatusBoard Status,
    SessionMoments Moments,
    BackgroundWork Background,
    ILoggerFactory Loggers)
{
    public WhatsAppMetrics Metrics { get; init; } = new(Options.Time);

    public FlightRecorder Recorder { get; init; } = new(Options.Time);
}
