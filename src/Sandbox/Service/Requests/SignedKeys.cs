using WhatsApp;
using WhatsApp.Crypto;

namespace Sandbox.Service.Requests;

/// <summary>A signed prekey's signature is over the key with its type byte in front.</summary>
internal static class SignedKeys
{
    public static bool Verify(ReadOnlySpan<byte> identity, ReadOnlySpan<byte> key, ReadOnlySpan<byte> signature) =>
        XEdDsa.Verify(identity, [5, .. key], signature);

    public static byte[] Sign(KeyPair identity, ReadOnlySpan<byte> key, IRandomSource random) =>
        XEdDsa.Sign(identity.Private, [5, .. key], random);
}
