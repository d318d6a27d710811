using System.Net;

namespace WhatsApp.Wire.Resolving;

/// <summary>The addresses a connection last succeeded with, for when no resolver answers.</summary>
internal interface IAddressMemory
{
    IReadOnlyList<IPAddress> Recall(string host);

    void Remember(string host, IReadOnlyList<IPAddress> addresses);
}

/// <summary>Kept for the life of the process.</summary>
internal sealed class AddressMemory : IAddressMemory
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, IReadOnlyList<IPAddress>> _known = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<IPAddress> Recall(string host) => _known.GetValueOrDefault(host) ?? [];

    public void Remember(string host, IReadOnlyList<IPAddress> addresses) => _known[host] = addresses;
}
