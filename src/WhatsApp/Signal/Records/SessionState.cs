using System.Security.Cryptography;
using WhatsApp.Crypto;

namespace WhatsApp.Signal.Records;

/// <summary>
/// One session as the double ratchet needs it. An object is always a copy parsed from its record: what is done to it
/// counts only once the record is written again.
/// </summary>
internal sealed class SessionState(byte[] remoteIdentity, byte[] baseKey, uint remoteRegistrationId, byte[] rootKey, KeyPair ourRatchet)
{
    private const int MostChains = 5;
    private const byte HasSending = 1, HasPending = 2, HasPreKeyId = 4;

    private readonly List<(byte[] RatchetKey, ReceivingChain Chain)> _receiving = [];

    public byte[] RemoteIdentity { get; } = remoteIdentity;

    /// <summary>The initiator's one-use key: names the session on both sides.</summary>
    public byte[] BaseKey { get; } = baseKey;

    public uint RemoteRegistrationId { get; } = remoteRegistrationId;

    public byte[] RootKey { get; } = rootKey;

    public KeyPair OurRatchet { get; private set; } = ourRatchet;

    /// <summary>Null until the first message of the initiator gave us a chain.</summary>
    public byte[]? SendingKey { get; private set; }

    public uint SendingNext { get; private set; }

    /// <summary>Number of the last message of our chain before this one; 0 when there was none.</summary>
    public uint PreviousCounter { get; private set; }

    public PendingPreKey? Pending { get; set; }

    /// <summary>The session that a stored state belongs to, without reading the rest of it.</summary>
    public static bool IsOf(ReadOnlySpan<byte> state, ReadOnlySpan<byte> baseKey, ReadOnlySpan<byte> remoteIdentity) =>
        HasIdentity(state, remoteIdentity) && CryptographicOperations.FixedTimeEquals(state[..SignalKdf.KeySize], baseKey);

    public static bool HasIdentity(ReadOnlySpan<byte> state, ReadOnlySpan<byte> remoteIdentity) =>
        state.Length > 2 * SignalKdf.KeySize && CryptographicOperations.FixedTimeEquals(state.Slice(SignalKdf.KeySize, SignalKdf.KeySize), remoteIdentity);

    public ReceivingChain? ChainOf(ReadOnlySpan<byte> ratchetKey)
    {
        foreach (var (key, chain) in _receiving)
        {
            if (CryptographicOperations.FixedTimeEquals(ratchetKey, key))
            {
                return chain;
            }
        }

        return null;
    }

    /// <summary>Adds the newest chain; the oldest beyond five goes.</summary>
    public void AddChain(byte[] ratchetKey, ReceivingChain chain)
    {
        _receiving.Add((ratchetKey, chain));
        if (_receiving.Count > MostChains)
        {
            _receiving.RemoveAt(0);
        }
    }

    public void BeginSending(KeyPair ratchet, byte[] chainKey)
    {
        PreviousCounter = SendingNext == 0 ? 0 : SendingNext - 1;
        CryptographicOperations.ZeroMemory(SendingKey);
        if (!ReferenceEquals(ratchet, OurRatchet))
        {
            CryptographicOperations.ZeroMemory(OurRatchet.Private);
        }

        OurRatchet = ratchet;
        SendingKey = chainKey;
        SendingNext = 0;
    }

    /// <summary>Moves our chain on by one message; its number comes back.</summary>
    public uint NextSeed(Span<byte> seed)
    {
        if (SendingKey is null || SendingNext == uint.MaxValue)
        {
            throw new SignalException(SignalFault.InvalidSession, "The session has no chain to send on.");
        }

        SignalKdf.StepChain(SendingKey, seed);
        return SendingNext++;
    }

    public static SessionState Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new RecordReader(bytes);
        var (baseKey, remoteIdentity, rootKey) = (reader.Key(), reader.Key(), reader.Key());
        var ratchet = new KeyPair(reader.Key(), reader.Key());
        var registrationId = reader.UInt32();
        var state = new SessionState(remoteIdentity, baseKey, registrationId, rootKey, ratchet) { PreviousCounter = reader.UInt32() };
        var flags = reader.Byte();
        if ((flags & HasSending) != 0)
        {
            state.SendingKey = reader.Key();
            state.SendingNext = reader.UInt32();
        }

        if ((flags & HasPending) != 0)
        {
            var signedPreKeyId = reader.UInt32();
            state.Pending = new PendingPreKey((flags & HasPreKeyId) != 0 ? reader.UInt32() : null, signedPreKeyId);
        }

        for (var chains = reader.Byte(); chains > 0; chains--)
        {
            state._receiving.Add((reader.Key(), ReceivingChain.Read(ref reader)));
        }

        reader.RequireEnd();
        return state;
    }

    public byte[] Write()
    {
        var size = (5 * SignalKdf.KeySize) + (2 * sizeof(uint)) + 1
            + (SendingKey is null ? 0 : SignalKdf.KeySize + sizeof(uint))
            + (Pending is { } known ? sizeof(uint) + (known.PreKeyId is null ? 0 : sizeof(uint)) : 0)
            + 1 + _receiving.Sum(item => SignalKdf.KeySize + item.Chain.Size);
        var bytes = new byte[size];
        var writer = new RecordWriter(bytes);
        writer.Bytes(BaseKey);
        writer.Bytes(RemoteIdentity);
        writer.Bytes(RootKey);
        writer.Bytes(OurRatchet.Private);
        writer.Bytes(OurRatchet.Public);
        writer.UInt32(RemoteRegistrationId);
        writer.UInt32(PreviousCounter);
        writer.Byte((byte)((SendingKey is null ? 0 : HasSending) | (Pending is null ? 0 : HasPending) | (Pending?.PreKeyId is null ? 0 : HasPreKeyId)));
        if (SendingKey is not null)
        {
            writer.Bytes(SendingKey);
            writer.UInt32(SendingNext);
        }

        if (Pending is { } pending)
        {
            writer.UInt32(pending.SignedPreKeyId);
            if (pending.PreKeyId is { } preKeyId)
            {
                writer.UInt32(preKeyId);
            }
        }

        writer.Byte((byte)_receiving.Count);
        foreach (var (key, chain) in _receiving)
        {
            writer.Bytes(key);
            chain.Write(ref writer);
        }

        return bytes;
    }
}
