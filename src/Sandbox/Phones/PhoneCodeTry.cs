using System.Security.Cryptography;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Crypto;
using WhatsApp.Pairing;

namespace Sandbox.Phones;

/// <summary>One typing of a code on the phone: it answers with its keys under that code, and finds out from the bundle whether it was the right one.</summary>
internal sealed class PhoneCodeTry
{
    private readonly KeyPair _identity;
    private readonly byte[] _secret;
    private readonly byte[] _wrapped;

    public PhoneCodeTry(string typed, byte[] wrappedCompanionKey, KeyPair identity, IRandomSource random)
    {
        var code = typed.Replace("-", "", StringComparison.Ordinal).Trim().ToUpperInvariant();
        var ephemeral = KeyPair.Generate(random);
        _identity = identity;
        _secret = Curve25519.Agree(ephemeral.Private, CodeLinkCrypto.Unwrap(code, wrappedCompanionKey));
        _wrapped = CodeLinkCrypto.Wrap(code, ephemeral.Public, random);
    }

    /// <summary>The phone's answer.</summary>
    public IReadOnlyList<Node> Hello =>
    [
        new Node("link_code_pairing_wrapped_primary_ephemeral_pub", null, _wrapped),
        new Node("primary_identity_pub", null, _identity.Public),
    ];

    /// <summary>The secret the companion and the phone now share; null when another code was typed than the one shown.</summary>
    public byte[]? Finish(ReadOnlySpan<byte> bundle, ReadOnlySpan<byte> companionIdentity)
    {
        try
        {
            var plain = CodeLinkCrypto.OpenBundle(_secret, bundle);
            return plain.Length == 3 * Curve25519.KeySize
                && plain.AsSpan(0, Curve25519.KeySize).SequenceEqual(companionIdentity)
                && plain.AsSpan(Curve25519.KeySize, Curve25519.KeySize).SequenceEqual(_identity.Public)
                ? CodeLinkCrypto.AdvSecret(_secret, Curve25519.Agree(_identity.Private, companionIdentity), plain.AsSpan(2 * Curve25519.KeySize))
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
