using WhatsApp.Binary;
using WhatsApp.Store;

namespace WhatsApp.Login;

/// <summary>What the service says it holds of our keys. Source: facts 8.3.</summary>
internal static class KeyDigest
{
    /// <summary>
    /// Whether that is what we hold. A listed one-time key that is not here counts as a difference: whoever is given it could not reach us.
    /// The answer's own hash is left alone, for what it covers is not documented.
    /// </summary>
    /// <exception cref="MalformedNodeException">The answer cannot be read.</exception>
    public static bool Agrees(SessionTransaction store, Node answer)
    {
        // <digest><registration/><type/><identity/><skey><id/><value/><signature/></skey><list>{<id/>}</list><hash/></digest>
        var reader = new NodeReader(answer.Child("digest") ?? new Node("missing"), "digest");
        var registration = reader.RequiredBytes("registration", 4);
        var identity = reader.RequiredBytes("identity", 32);
        var signed = reader.RequiredChild("skey");
        reader.ThrowIfMalformed();

        var device = store.Device.Required;
        return registration.AsSpan().SequenceEqual(PreKeyStanzas.RegistrationBytes(device.Own.RegistrationId)) &&
            identity.AsSpan().SequenceEqual(device.Own.Identity.Public) &&
            store.SignedPreKeys.Load(device.SignedPreKeyId) is { } current &&
            PreKeyStanzas.IdOf(signed.Child("id")) == current.Id &&
            signed.Child("value")?.Bytes is { } value && value.Span.SequenceEqual(current.Key.Public) &&
            (answer.Child("digest")!.Child("list")?.Children ?? []).All(id => PreKeyStanzas.IdOf(id) is { } number && store.PreKeys.Contains(number));
    }
}
