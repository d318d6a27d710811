using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace WhatsApp.Wire.Resolving;

/// <summary>Where a set of addresses comes from.</summary>
internal enum AddressSource
{
    Literal,
    System,
    FallbackServer,
    LastGood,
}

/// <summary>Addresses worth trying, from one source.</summary>
internal sealed record AddressStage(AddressSource Source, IReadOnlyList<IPAddress> Addresses);

/// <summary>Finds a host's addresses when name resolution is broken or lies: source after source, for as long as the caller cannot connect.</summary>
internal sealed class HostResolver(
    SystemLookup system,
    IReadOnlyList<IPEndPoint> fallbackServers,
    IAddressMemory memory,
    ResolverLimits limits,
    TimeProvider time,
    IRandomSource random)
{
    private readonly DnsClient _dns = new(limits, time, random);

    /// <summary>The usual composition.</summary>
    public static HostResolver Create(WhatsAppClientOptions options, IAddressMemory memory) =>
        new(new SystemLookup(options.SystemLookup), options.FallbackDns, memory, new ResolverLimits(), options.Time, options.Random);

    /// <summary>The system's answer, then each fallback server's in order, then the last good addresses. Each is asked only when the caller comes for it; sources without an answer are left out. A literal address and <c>localhost</c> are themselves.</summary>
    public async IAsyncEnumerable<AddressStage> FindAsync(string host, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
        {
            yield return new(AddressSource.Literal, [literal]);
            yield break;
        }

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            yield return new(AddressSource.Literal, [IPAddress.Loopback, IPAddress.IPv6Loopback]);
            yield break;
        }

        if (Usable(await AskSystemAsync(host, cancellationToken).ConfigureAwait(false)) is { Count: > 0 } fromSystem)
        {
            yield return new(AddressSource.System, fromSystem);
        }

        foreach (var server in fallbackServers)
        {
            if (Usable(await _dns.QueryAsync(server, host, cancellationToken).ConfigureAwait(false)) is { Count: > 0 } fromServer)
            {
                yield return new(AddressSource.FallbackServer, fromServer);
            }
        }

        if (memory.Recall(host) is { Count: > 0 } lastGood)
        {
            yield return new(AddressSource.LastGood, lastGood);
        }
    }

    /// <summary>Call with the address a connection succeeded with.</summary>
    public void Remember(string host, AddressStage stage, IPAddress connected)
    {
        if (stage.Source != AddressSource.Literal)
        {
            memory.Remember(host, [connected, .. stage.Addresses.Where(address => !address.Equals(connected))]);
        }
    }

    private async Task<IPAddress[]> AskSystemAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await system.LookupAsync(host).WaitAsync(limits.System, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is TimeoutException or SocketException or IOException)
        {
            return [];
        }
    }

    /// <summary>Blocking resolvers answer with "no address" addresses.</summary>
    private static List<IPAddress> Usable(IEnumerable<IPAddress> addresses) =>
        [.. addresses.Where(address => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.Broadcast)).Distinct()];
}
