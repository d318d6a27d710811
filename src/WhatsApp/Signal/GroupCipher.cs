using System.Security.Cryptography;
using WhatsApp.Crypto;
using WhatsApp.Peers;
using WhatsApp.Signal.Records;
using WhatsApp.Signal.Wire;

namespace WhatsApp.Signal;

/// <summary>
/// Sender keys: one ciphertext for a whole group. Works inside one store transaction.
/// Every method either finishes and has stored its result, or throws <see cref="SignalException"/> and has stored nothing.
/// </summary>
internal sealed class GroupCipher(ISignalStore store, IRandomSource random)
{
    private const int CipherKey = 16; // the IV comes first

    /// <summary>Our sender key as it is now, to hand to a device pairwise; it reads what we encrypt from now on. Made when missing.</summary>
    public byte[] DistributionFor(Jid group, DeviceId own)
    {
        var state = OwnState(group, own);
        return SenderKeyDistribution.Write(state.KeyId, state.Chain.Next, state.Chain.Key, state.SigningKey);
    }

    /// <summary>Names the sender key the next message is encrypted with. Made when missing.</summary>
    public uint KeyIdOf(Jid group, DeviceId own) => OwnState(group, own).KeyId;

    /// <summary>How many messages our sender key has encrypted; 0 when there is none.</summary>
    public uint IterationOf(Jid group, DeviceId own) => Load(group, own).Current?.Chain.Next ?? 0;

    /// <summary>A new sender key. The former is forgotten: nobody who lacks the new one reads on.</summary>
    public void Rotate(Jid group, DeviceId own) => _ = CreateOwn(group, own);

    public byte[] Encrypt(Jid group, DeviceId own, ReadOnlySpan<byte> padded)
    {
        var record = Load(group, own);
        if (record.Current is not { SigningPrivate: not null } state)
        {
            throw new SignalException(SignalFault.NoSession, "There is no sender key of our own for this group.");
        }

        Span<byte> seed = stackalloc byte[SignalKdf.KeySize];
        var iteration = state.Chain.Next;
        state.Chain.Take(iteration, 0, seed);
        Span<byte> keys = stackalloc byte[SignalKdf.GroupKeysSize];
        SignalKdf.GroupKeys(seed, keys);
        var bytes = SenderKeyMessage.Prepare(state.KeyId, iteration, AesCbc.CiphertextSize(padded.Length), out var ciphertext);
        AesCbc.Encrypt(keys[CipherKey..], keys[..CipherKey], padded, ciphertext);
        SenderKeyMessage.Seal(bytes, state.SigningPrivate, random);
        CryptographicOperations.ZeroMemory(seed);
        CryptographicOperations.ZeroMemory(keys);
        store.SaveSenderKey(group, own, record.Write());
        return bytes;
    }

    /// <summary>Learns another device's sender key. A key we know and have read further with stays as it is.</summary>
    public void Process(Jid group, DeviceId sender, ReadOnlySpan<byte> distribution)
    {
        var received = SenderKeyDistribution.Parse(distribution);
        var record = Load(group, sender);
        var known = record.Find(received.KeyId);
        var isKnown = known is not null && CryptographicOperations.FixedTimeEquals(received.SigningKey, known.SigningKey);
        if (!isKnown)
        {
            RequireUsable(received.SigningKey);
            record.Put(new SenderKeyState(
                received.KeyId,
                received.SigningKey.ToArray(),
                Curve25519.ToEdwardsY(received.SigningKey),
                null,
                new ReceivingChain(received.ChainKey.ToArray(), received.Iteration, default)));
        }
        else
        {
            // The same chain: ours gets there by itself and keeps what is still on the way, unless it is too far.
            if (received.Iteration > known!.Chain.Next && received.Iteration - known.Chain.Next > ReceivingChain.ForwardJump)
            {
                known.Chain = new ReceivingChain(received.ChainKey.ToArray(), received.Iteration, known.Chain.Skipped);
            }

            record.Put(known);
        }

        store.SaveSenderKey(group, sender, record.Write());
    }

    /// <returns>The plaintext, still padded.</returns>
    public byte[] Decrypt(Jid group, DeviceId sender, ReadOnlyMemory<byte> bytes)
    {
        var message = SenderKeyMessage.Parse(bytes.Span);
        var record = Load(group, sender);
        var state = record.Find(message.KeyId)
            ?? throw new SignalException(SignalFault.NoSession, "The sender key of this message was not received.");
        if (!message.IsSignedBy(state.SigningKeyEdwards))
        {
            throw new SignalException(SignalFault.BadSignature, "The group message is not signed by its sender key.");
        }

        Span<byte> seed = stackalloc byte[SignalKdf.KeySize];
        state.Chain.Take(message.Iteration, ReceivingChain.ForwardJump, seed);
        Span<byte> keys = stackalloc byte[SignalKdf.GroupKeysSize];
        SignalKdf.GroupKeys(seed, keys);
        CryptographicOperations.ZeroMemory(seed);
        try
        {
            var plaintext = AesCbc.Decrypt(keys[CipherKey..], keys[..CipherKey], message.Ciphertext);
            store.SaveSenderKey(group, sender, record.Write());
            return plaintext;
        }
        catch (CryptographicException malformed)
        {
            throw new SignalException(SignalFault.InvalidMessage, "The ciphertext is malformed.", malformed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    private SenderKeyState OwnState(Jid group, DeviceId own) =>
        Load(group, own).Current is { SigningPrivate: not null } state ? state : CreateOwn(group, own);

    private SenderKeyState CreateOwn(Jid group, DeviceId own)
    {
        var state = SenderKeyState.Create(random);
        var record = SenderKeyRecord.Read(null);
        record.Put(state);
        store.SaveSenderKey(group, own, record.Write());
        return state;
    }

    private SenderKeyRecord Load(Jid group, DeviceId address) => SenderKeyRecord.Read(store.LoadSenderKey(group, address));

    /// <summary>A low-order key would verify signatures nobody made.</summary>
    private static void RequireUsable(ReadOnlySpan<byte> signingKey)
    {
        Span<byte> anyPrivate = stackalloc byte[SignalKdf.KeySize];
        anyPrivate.Fill(0x55);
        CryptographicOperations.ZeroMemory(SignalKdf.Agree(anyPrivate, signingKey));
    }
}
