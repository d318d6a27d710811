using System.Globalization;
using WaBot.Options;
using WhatsApp;

namespace WaBot.Session;

/// <summary>When the session halts, its last stanzas are put into a file for whoever looks into it: redacted by the session itself. The newest few are kept.</summary>
internal sealed partial class FlightFiles(IWhatsAppClient client, WaBotOptions options, TimeProvider time, ILogger<FlightFiles> logger)
{
    public const int Kept = 5;
    private const string Pattern = "flight-*.jsonl";

    public async Task WriteAsync(CancellationToken ct)
    {
        var path = options.DataFile(string.Create(CultureInfo.InvariantCulture, $"flight-{time.GetUtcNow():yyyyMMdd-HHmmss-fff}.jsonl"));
        try
        {
            var rights = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                rights.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }
            await using (var file = new FileStream(path, rights))
            {
                await client.WriteFlightRecordAsync(file, ct);
            }
            foreach (var old in Directory.GetFiles(Path.GetDirectoryName(path)!, Pattern).OrderDescending(StringComparer.Ordinal).Skip(Kept))
            {
                File.Delete(old);
            }
            Log.Written(logger, Path.GetFileName(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.NotWritten(logger, fault); // a full disk must not keep the halt from being told
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3121, LogLevel.Information, "The session's last stanzas are in {File}: nothing personal is in it, so it may go along with a report")]
        public static partial void Written(ILogger logger, string file);

        [LoggerMessage(3122, LogLevel.Warning, "The session's last stanzas could not be written to a file")]
        public static partial void NotWritten(ILogger logger, Exception fault);
    }
}
