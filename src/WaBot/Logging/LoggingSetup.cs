using System.Globalization;
using Microsoft.Extensions.Compliance.Redaction;
using Serilog;
using Serilog.Core;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;
using WaBot.Options;

namespace WaBot.Logging;

/// <summary>Serilog as the provider behind the framework's logging: console for people, compact JSON for machines, nothing personal in either.</summary>
internal static class LoggingSetup
{
    private const string ConsoleLine = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";
    private const long FileLimit = 50 * 1024 * 1024;

    public static void AddWaBotLogging(this ILoggingBuilder logging, IConfiguration configuration, WaBotOptions options)
    {
        var secrets = options.Secrets.ToList();
        logging.ClearProviders();
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.EnableRedaction();
        logging.Services.AddRedaction(redaction =>
        {
            redaction.SetRedactor<KeyedHashRedactor>(DataClasses.Personal);
            redaction.SetRedactor<ErasingRedactor>(DataClasses.Secret);
            redaction.SetFallbackRedactor<ErasingRedactor>();
        });
        logging.Services.AddSingleton<Logger>(_ => Create(options.LogFolder, options.Log.KeepFiles, secrets));
        logging.Services.AddSingleton<ILoggerProvider>(services => new Serilog.Extensions.Logging.SerilogLoggerProvider(services.GetRequiredService<Logger>(), dispose: false));
    }

    private static Logger Create(string folder, int keepFiles, List<string> secrets)
    {
        Shared.Files.PrivateFolder.Create(folder);
        return new LoggerConfiguration()
            .MinimumLevel.Verbose() // the filters of section Logging have decided already
            .WriteTo.Console(new LogScrubber(new MessageTemplateTextFormatter(ConsoleLine, CultureInfo.InvariantCulture), secrets))
            .WriteTo.File(new LogScrubber(new CompactJsonFormatter(), secrets), Path.Combine(folder, "wabot-.json"),
                rollingInterval: RollingInterval.Day, rollOnFileSizeLimit: true, fileSizeLimitBytes: FileLimit, retainedFileCountLimit: keepFiles, hooks: new OwnerOnly())
            .CreateLogger();
    }

    /// <summary>A log without names still tells who runs what, when.</summary>
    private sealed class OwnerOnly : Serilog.Sinks.File.FileLifecycleHooks
    {
        public override Stream OnFileOpened(string path, Stream underlyingStream, System.Text.Encoding encoding)
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
            return underlyingStream;
        }
    }
}
