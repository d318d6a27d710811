namespace WhatsApp.Signal;

/// <summary>Pairwise sessions: X3DH and the double ratchet, message version 3. One instance per store transaction.</summary>
internal sealed class SessionCipher(ISignalStore store, IRandomSource random)
{
    public bool HasSession(SignalAddress address) => throw new SignalException(SignalFault.Unknown, "Not yet." + store + random);

    public IdentityTrust BuildSession(SignalAddress address, PreKeyBundle bundle) => throw NotYet();

    public Ciphertext Encrypt(SignalAddress to, ReadOnlySpan<byte> padded) => throw NotYet();

    public byte[] Decrypt(SignalAddress from, CiphertextType type, ReadOnlyMemory<byte> bytes) => Decrypt(from, type, bytes, out _);

    public byte[] Decrypt(SignalAddress from, CiphertextType type, ReadOnlyMemory<byte> bytes, out IdentityTrust identity) =>
        throw NotYet();

    public byte[]? BaseKeyOf(SignalAddress address) => throw NotYet();

    public uint? RegistrationIdOf(SignalAddress address) => throw NotYet();

    private NotSupportedException NotYet() => new($"{store} {random}");
}
