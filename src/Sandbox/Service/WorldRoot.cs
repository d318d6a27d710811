using Sandbox.Service.State;
using Sandbox.Service.Wire;
using WhatsApp.Crypto;

namespace Sandbox.Service;

/// <summary>The world's own Noise root. Its private half stays in the world's file, so that clients may go on trusting it.</summary>
internal static class WorldRoot
{
    private const string Kind = "noise";

    public static KeyPair Load(WorldStore store, SimulatedWorldOptions options) => Load(store, options, "root");

    /// <summary>A chain under that root; the server's key is kept as well.</summary>
    public static NoiseCertificates Certificates(KeyPair root, WorldStore store, SimulatedWorldOptions options)
    {
        var now = options.Time.GetUtcNow();
        return NoiseCertificates.Create(root, Load(store, options, "server"), options.Random, now.AddDays(-1), now.AddYears(10));
    }

    private static KeyPair Load(WorldStore store, SimulatedWorldOptions options, string name)
    {
        if (store.Get(Kind, name) is { } known)
        {
            return KeyPair.FromPrivate(known);
        }

        var made = KeyPair.Generate(options.Random);
        store.Put(Kind, name, made.Private);
        return made;
    }
}
