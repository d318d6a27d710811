using System.Security.Cryptography;
using WhatsApp.Crypto;
using WhatsApp.Signal.Records;

namespace WhatsApp.Signal;

/// <summary>X3DH: the first keys of a session, from either side.</summary>
internal static class KeyAgreement
{
    /// <exception cref="SignalException">The signed prekey's signature is wrong, or a key cannot be used.</exception>
    public static SessionState Initiate(OwnIdentity own, PreKeyBundle bundle, IRandomSource random)
    {
        if (!XEdDsa.Verify(bundle.Identity, SignalPublicKey.ToWire(bundle.SignedPreKey), bundle.SignedPreKeySignature))
        {
            throw new SignalException(SignalFault.BadSignature, "The signed prekey is not signed by the device it is said to be of.");
        }

        var withPreKey = bundle is { PreKeyId: not null, PreKey: not null };
        var baseKey = KeyPair.Generate(random);
        var root = new byte[SignalKdf.KeySize];
        Combine(
            root,
            SignalKdf.Agree(own.Identity.Private, bundle.SignedPreKey),
            SignalKdf.Agree(baseKey.Private, bundle.Identity),
            SignalKdf.Agree(baseKey.Private, bundle.SignedPreKey),
            withPreKey ? SignalKdf.Agree(baseKey.Private, bundle.PreKey) : []);
        CryptographicOperations.ZeroMemory(baseKey.Private);

        var ratchet = KeyPair.Generate(random);
        var sending = new byte[SignalKdf.KeySize];
        SignalKdf.StepRoot(root, ratchet.Private, bundle.SignedPreKey, sending);
        var state = new SessionState(bundle.Identity, baseKey.Public, bundle.RegistrationId, root, ratchet)
        {
            Pending = new PendingPreKey(withPreKey ? bundle.PreKeyId : null, bundle.SignedPreKeyId),
        };
        state.BeginSending(ratchet, sending);
        return state;
    }

    /// <summary>The other side's view of <see cref="Initiate"/>; the first message decrypted gives it its chains.</summary>
    public static SessionState Respond(OwnIdentity own, KeyPair signedPreKey, KeyPair? preKey, byte[] theirIdentity, byte[] theirBaseKey, uint theirRegistrationId)
    {
        var root = new byte[SignalKdf.KeySize];
        Combine(
            root,
            SignalKdf.Agree(signedPreKey.Private, theirIdentity),
            SignalKdf.Agree(own.Identity.Private, theirBaseKey),
            SignalKdf.Agree(signedPreKey.Private, theirBaseKey),
            preKey is null ? [] : SignalKdf.Agree(preKey.Private, theirBaseKey));
        // a copy: the state clears its ratchet key once it has a newer one, and the prekey lives on
        return new SessionState(theirIdentity, theirBaseKey, theirRegistrationId, root, signedPreKey with { Private = [.. signedPreKey.Private] });
    }

    private static void Combine(Span<byte> root, params ReadOnlySpan<byte[]> agreements)
    {
        Span<byte> secret = stackalloc byte[5 * SignalKdf.KeySize];
        secret[..SignalKdf.KeySize].Fill(0xFF); // sets this apart from a signature made with the same key
        var length = SignalKdf.KeySize;
        foreach (var agreement in agreements)
        {
            agreement.CopyTo(secret[length..]);
            length += agreement.Length;
            CryptographicOperations.ZeroMemory(agreement);
        }

        // The first chain key has no use: a responder sends only after it has read, and then on a chain of its own.
        Span<byte> chain = stackalloc byte[SignalKdf.KeySize];
        SignalKdf.FirstKeys(secret[..length], root, chain);
        CryptographicOperations.ZeroMemory(chain);
        CryptographicOperations.ZeroMemory(secret);
    }
}
