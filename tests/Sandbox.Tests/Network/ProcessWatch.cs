using System.Globalization;
using System.Net;

namespace Sandbox.Tests.Network;

/// <summary>What the system says of another process: the time it had a core for, and its sockets to one port.</summary>
internal static class ProcessWatch
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux .NET runs on

    /// <summary>User and system time so far.</summary>
    public static TimeSpan Cpu(int process)
    {
        // PID (name) state ppid ... utime stime: the 14th and 15th field; the name may hold spaces
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);
    }

    /// <summary>TCP sockets the process holds towards a port of this machine, be they connected or still knocking.</summary>
    public static IReadOnlyList<string> SocketsTo(int process, int port)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles($"/proc/{process}/fd"))
        {
            if (new FileInfo(file).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal))
            {
                own.Add(target[8..^1]);
            }
        }

        // number: local remote state ... inode: the 3rd and 10th word; addresses end in :PORT, hexadecimal. A table that changes
        // while it is read may show a line twice.
        var remote = $":{port:X4}";
        return [.. File.ReadLines($"/proc/{process}/net/tcp").Concat(File.ReadLines($"/proc/{process}/net/tcp6"))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 9 && words[2].EndsWith(remote, StringComparison.Ordinal) && own.Contains(words[9]))
            .DistinctBy(words => words[9]).Select(words => $"{words[1]} {words[2]} {words[3]}")];
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
