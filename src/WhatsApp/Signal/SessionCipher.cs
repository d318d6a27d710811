using System.Security.Cryptography;
using WhatsApp.Peers;
using WhatsApp.Signal.Records;
using WhatsApp.Signal.Wire;

namespace WhatsApp.Signal;

/// <summary>
/// Pairwise sessions: X3DH and the double ratchet, message version 3. Works inside one store transaction.
/// Every method either finishes and has stored its result, or throws <see cref="SignalException"/> and has stored nothing.
/// </summary>
internal sealed class SessionCipher(ISignalStore store, IRandomSource random)
{
    // Each trial pays for the whole jump before the MAC can be checked, and there may be forty of them.
    private const uint ArchivedForwardJump = SkippedKeys.Most;

    public bool HasSession(DeviceId address) => Load(address).Count > 0;

    /// <summary>Begins a session from a published bundle. What we send is a pkmsg until the other side's first reply.</summary>
    /// <returns>What is to be told about the device's identity key; a changed one is stored and trusted.</returns>
    public IdentityTrust BuildSession(DeviceId address, PreKeyBundle bundle)
    {
        var state = KeyAgreement.Initiate(store.Own, bundle, random);
        var record = Load(address);
        record.Begin(state);
        store.SaveSession(address, record.Write());
        return Trust(address, bundle.Identity);
    }

    public Ciphertext Encrypt(DeviceId to, ReadOnlySpan<byte> padded)
    {
        var record = Load(to);
        if (record.Count == 0)
        {
            throw NoSession();
        }

        var own = store.Own;
        var state = record.State(0);
        var bytes = Ratchet.Encrypt(state, own.Identity.Public, padded);
        record.Replace(0, state, isInUse: true);
        store.SaveSession(to, record.Write());
        return state.Pending is { } pending
            ? new Ciphertext(
                CiphertextType.PreKeyMessage,
                PreKeySignalMessage.Write(pending.PreKeyId, pending.SignedPreKeyId, own.RegistrationId, state.BaseKey, own.Identity.Public, bytes))
            : new Ciphertext(CiphertextType.Message, bytes);
    }

    /// <inheritdoc cref="Decrypt(DeviceId, CiphertextType, ReadOnlyMemory{byte}, out IdentityTrust)" />
    public byte[] Decrypt(DeviceId from, CiphertextType type, ReadOnlyMemory<byte> bytes) => Decrypt(from, type, bytes, out _);

    /// <summary>Decrypts a msg or pkmsg. A one-time prekey it used is removed in the same transaction.</summary>
    /// <param name="from">The sending device.</param>
    /// <param name="type">Sender key messages belong to <see cref="GroupCipher"/>.</param>
    /// <param name="bytes">As received.</param>
    /// <param name="identity">Whether the device showed a new identity key; a changed one is stored and trusted.</param>
    /// <returns>The plaintext, still padded.</returns>
    public byte[] Decrypt(DeviceId from, CiphertextType type, ReadOnlyMemory<byte> bytes, out IdentityTrust identity)
    {
        identity = IdentityTrust.Unchanged;
        return type switch
        {
            CiphertextType.PreKeyMessage => DecryptFirst(from, PreKeySignalMessage.Parse(bytes.Span), out identity),
            CiphertextType.Message => DecryptKnown(from, SignalMessage.Parse(bytes.Span)),
            _ => throw new SignalException(SignalFault.InvalidMessage, "The message is not of a pairwise session."),
        };
    }

    /// <summary>The identity key a pkmsg claims when it would begin a session that is not known; null when it belongs to one that is.</summary>
    public byte[]? NewIdentityIn(DeviceId from, ReadOnlySpan<byte> preKeyMessage)
    {
        var first = PreKeySignalMessage.Parse(preKeyMessage);
        return Load(from).Find(first.BaseKey, first.Identity) < 0 ? first.Identity.ToArray() : null;
    }

    /// <summary>Names the current session: the same after a retry means that the other side has not seen a new one.</summary>
    public byte[]? BaseKeyOf(DeviceId address) => Load(address) is { Count: > 0 } record ? record.State(0).BaseKey : null;

    /// <summary>The registration id the other side had when the current session was begun.</summary>
    public uint? RegistrationIdOf(DeviceId address) => Load(address) is { Count: > 0 } record ? record.State(0).RemoteRegistrationId : null;

    private byte[] DecryptFirst(DeviceId from, PreKeySignalMessage first, out IdentityTrust identity)
    {
        identity = IdentityTrust.Unchanged;
        var record = Load(from);
        var message = SignalMessage.Parse(first.Message);
        var known = record.Find(first.BaseKey, first.Identity);
        if (known >= 0)
        {
            return DecryptWith(from, record, known, record.State(known), message, ReceivingChain.ForwardJump);
        }

        var signedPreKey = store.LoadSignedPreKey(first.SignedPreKeyId) ?? throw UnknownPreKey();
        var preKey = first.PreKeyId is { } wanted ? store.LoadPreKey(wanted) ?? throw UnknownPreKey() : null;
        var own = store.Own;
        var state = KeyAgreement.Respond(own, signedPreKey.Key, preKey, first.Identity.ToArray(), first.BaseKey.ToArray(), first.RegistrationId);
        var plaintext = Ratchet.Decrypt(state, own.Identity.Public, message, ReceivingChain.ForwardJump, random, out _);

        record.Begin(state);
        store.SaveSession(from, record.Write());
        if (first.PreKeyId is { } used)
        {
            store.RemovePreKey(used);
        }

        identity = Trust(from, state.RemoteIdentity);
        return plaintext;
    }

    private byte[] DecryptKnown(DeviceId from, SignalMessage message)
    {
        var record = Load(from);
        if (record.Count == 0)
        {
            throw NoSession();
        }

        // A state that knows the ratchet key is the right one, so its fault is final.
        for (var index = 0; index < record.Count; index++)
        {
            var state = record.State(index);
            if (state.ChainOf(message.RatchetKey) is not null)
            {
                return DecryptWith(from, record, index, state, message, ReceivingChain.ForwardJump);
            }
        }

        for (var index = 0; ; index++)
        {
            try
            {
                return DecryptWith(from, record, index, record.State(index), message, index == 0 ? ReceivingChain.ForwardJump : ArchivedForwardJump);
            }
            catch (SignalException wrong) when (wrong.Fault is SignalFault.BadMac or SignalFault.FutureMessage && index + 1 < record.Count)
            {
                // Not of this session, or it cannot be told: the next one may read it.
            }
        }
    }

    private byte[] DecryptWith(DeviceId from, SessionRecord record, int index, SessionState state, SignalMessage message, uint forwardJump)
    {
        var plaintext = Ratchet.Decrypt(state, store.Own.Identity.Public, message, forwardJump, random, out var turned);
        record.Replace(index, state, isInUse: turned);
        store.SaveSession(from, record.Write());
        return plaintext;
    }

    private IdentityTrust Trust(DeviceId address, byte[] identity)
    {
        var known = store.LoadIdentity(address);
        if (known is not null && CryptographicOperations.FixedTimeEquals(known, identity))
        {
            return IdentityTrust.Unchanged;
        }

        store.SaveIdentity(address, identity);
        return known is null ? IdentityTrust.New : IdentityTrust.Changed;
    }

    private SessionRecord Load(DeviceId address) => SessionRecord.Read(store.LoadSession(address));

    private static SignalException NoSession() => new(SignalFault.NoSession, "There is no session with this device.");

    private static SignalException UnknownPreKey() => new(SignalFault.InvalidKeyId, "The message uses a prekey that is not here, or no longer.");
}
