using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WhatsApp.Wire.Resolving;

/// <summary>Kept over restarts in a small file, one host a line: after a power cut machine and modem come back together, and names resolve last.</summary>
/// <param name="path">The file; made when missing.</param>
/// <param name="logger">A file that cannot be read or written costs the memory, not the connection.</param>
internal sealed partial class AddressFile(string path, ILogger? logger = null) : IAddressMemory
{
    private readonly Lock _gate = new();
    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    public IReadOnlyList<IPAddress> Recall(string host)
    {
        lock (_gate)
        {
            return Read().GetValueOrDefault(host) ?? [];
        }
    }

    public void Remember(string host, IReadOnlyList<IPAddress> addresses)
    {
        lock (_gate)
        {
            var known = Read();
            if (known.TryGetValue(host, out var before) && before.SequenceEqual(addresses))
            {
                return;
            }

            known[host] = addresses;
            try
            {
                // the new file takes the old one's place whole
                File.WriteAllLines(path + ".new", known.Select(item => $"{item.Key} {string.Join(' ', item.Value)}"));
                File.Move(path + ".new", path, overwrite: true);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Log.NotKept(_logger, fault);
            }
        }
    }

    private Dictionary<string, IReadOnlyList<IPAddress>> Read()
    {
        var known = new Dictionary<string, IReadOnlyList<IPAddress>>(StringComparer.OrdinalIgnoreCase);
        try
        {
            foreach (var line in File.Exists(path) ? File.ReadAllLines(path) : [])
            {
                var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                IPAddress[] addresses = [.. words.Skip(1).Select(word => IPAddress.TryParse(word, out var address) ? address : null).OfType<IPAddress>()];
                if (addresses.Length > 0)
                {
                    known[words[0]] = addresses;
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.NotRead(_logger, fault);
        }

        return known;
    }

    private static partial class Log
    {
        [LoggerMessage(1021, LogLevel.Warning, "The last good addresses of the service could not be kept")]
        public static partial void NotKept(ILogger logger, Exception fault);

        [LoggerMessage(1022, LogLevel.Warning, "The last good addresses of the service could not be read")]
        public static partial void NotRead(ILogger logger, Exception fault);
    }
}
