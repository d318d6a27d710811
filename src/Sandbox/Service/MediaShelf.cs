using Sandbox.Service.State;
using WhatsApp;

namespace Sandbox.Service;

/// <summary>Encrypted files people have left with the service, by the path they are fetched under.</summary>
internal sealed class MediaShelf(WorldStore store, IRandomSource random)
{
    public const string Prefix = "/v/";
    private const string Kind = "media";

    /// <summary>Returns the path.</summary>
    public string Keep(byte[] file)
    {
        var name = Convert.ToHexStringLower(random.Bytes(16));
        store.Put(Kind, name, file);
        return Prefix + name;
    }

    public byte[]? Find(string path) => path.StartsWith(Prefix, StringComparison.Ordinal) ? store.Get(Kind, path[Prefix.Length..]) : null;
}
