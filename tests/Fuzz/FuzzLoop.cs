using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Trace = SharpFuzz.Common.Trace;

namespace Fuzz;

/// <summary>Hunts on one thread: changed inputs, kept when they take a branch nobody took before. A find is written down and the hunt goes on.</summary>
internal static unsafe class FuzzLoop
{
    private const int MapSize = 64 * 1024;
    private const int LongestKept = 1024;
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(2);

    public static int Run(string[] args)
    {
        var seconds = int.Parse(Option(args, "--seconds") ?? "60", CultureInfo.InvariantCulture);
        var seed = int.Parse(Option(args, "--seed") ?? "1", CultureInfo.InvariantCulture);
        var folder = Option(args, "--corpus");
        var map = (byte*)NativeMemory.AllocZeroed(MapSize);
        Trace.SharedMem = map;
        var targets = FuzzTargets.All.Values.Where(target => Option(args, "--target") is not { } name || name == target.Name).ToArray();
        var finds = targets.Sum(target => Hunt(target, TimeSpan.FromSeconds((double)seconds / targets.Length), seed, folder, map));
        return finds == 0 ? 0 : 1;
    }

    private static int Hunt(FuzzTarget target, TimeSpan time, int seed, string? folder, byte* map)
    {
        List<byte[]> kept = [.. Corpus.Read(target.Name, folder)];
        var known = kept.Count;
        var mutator = new Mutator(new Random(seed), [.. target.Seeds(), .. kept]);
        var seen = new bool[MapSize];
        foreach (var input in target.Seeds().Concat(kept))
        {
            _ = Try(target, input, map, seen);
        }

        var finds = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var watch = Stopwatch.StartNew();
        var runs = 0L;
        for (; watch.Elapsed < time; runs++)
        {
            var input = mutator.Next();
            var (isNew, fault) = Try(target, input, map, seen);
            if (fault is not null)
            {
                finds.TryAdd(fault, input);
            }
            else if (isNew && input.Length <= LongestKept)
            {
                mutator.Add(input);
                kept.Add(input);
            }
        }

        Console.WriteLine($"{target.Name}: {runs} runs in {watch.Elapsed.TotalSeconds:0} s, {seen.Count(one => one)} branches, {kept.Count - known} new inputs, {finds.Count} finds");
        foreach (var (fault, input) in finds)
        {
            Console.WriteLine($"  FOUND {Convert.ToHexStringLower(input)}\n    {fault}");
        }

        if (folder is not null)
        {
            Corpus.Write(target.Name, [.. kept, .. finds.Values], folder);
        }

        return finds.Count;
    }

    private static (bool IsNew, string? Fault) Try(FuzzTarget target, byte[] input, byte* map, bool[] seen)
    {
        new Span<byte>(map, MapSize).Clear();
        Trace.PrevLocation = 0;
        var started = Stopwatch.GetTimestamp();
        string? fault = null;
        try
        {
            target.Run(input);
        }
#pragma warning disable CA1031 // whatever it is, it is a find
        catch (Exception found)
#pragma warning restore CA1031
        {
            fault = $"{found.GetType().Name} {found.Message} {found.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("WhatsApp", StringComparison.Ordinal))?.Trim()}";
        }

        if (Stopwatch.GetElapsedTime(started) > LongestRun)
        {
            fault ??= "It took too long.";
        }

        var isNew = false;
        var rest = new ReadOnlySpan<byte>(map, MapSize);
        for (int skip; (skip = rest.IndexOfAnyExcept((byte)0)) >= 0; rest = rest[(skip + 1)..])
        {
            var index = MapSize - rest.Length + skip;
            isNew |= !seen[index];
            seen[index] = true;
        }

        return (isNew, fault);
    }

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}
