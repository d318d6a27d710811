using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Benchmarks.Comparison;

/// <summary>What the figures depend on, without the machine's name.</summary>
internal sealed record MachineDescription(string Text, string LoadAtTheStart)
{
    private const int Syncs = 200;

    public static async Task<MachineDescription> ReadAsync(BaileysProcess baileys)
    {
        var versions = await baileys.AskAsync(new { Op = "hello" });
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}; " +
            $"Node {versions.GetProperty("node").GetString()}, baileys {versions.GetProperty("baileys").GetString()}, libsignal {versions.GetProperty("libsignal").GetString()}; " +
            $"one 4 kB append with fsync takes {SyncTime().TotalMicroseconds:N0} µs (median of {Syncs}).");
        return new MachineDescription(text, Load());
    }

    public static string Load() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(2)) : "unknown";

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown processor"
        : "unknown processor";

    /// <summary>Where the stores of both sides lie.</summary>
    private static TimeSpan SyncTime()
    {
        var folder = Directory.CreateTempSubdirectory("sync-");
        var page = new byte[4096];
        var times = new List<TimeSpan>();
        using (var file = new FileStream(Path.Combine(folder.FullName, "file"), FileMode.CreateNew))
        {
            for (var n = 0; n < Syncs; n++)
            {
                var begin = Stopwatch.GetTimestamp();
                file.Write(page);
                file.Flush(flushToDisk: true);
                times.Add(Stopwatch.GetElapsedTime(begin));
            }
        }

        folder.Delete(recursive: true);
        times.Sort();
        return times[Syncs / 2];
    }
}
