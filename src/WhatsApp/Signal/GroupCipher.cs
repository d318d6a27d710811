namespace WhatsApp.Signal;

/// <summary>Sender keys: one ciphertext for a whole group.</summary>
internal sealed class GroupCipher(ISignalStore store, IRandomSource random)
{
    public byte[] DistributionFor(Jid group, SignalAddress own) => throw new SignalException(SignalFault.Unknown, "Not yet." + store + random);

    public uint KeyIdOf(Jid group, SignalAddress own) => throw NotYet();

    public void Rotate(Jid group, SignalAddress own) => throw NotYet();

    public byte[] Encrypt(Jid group, SignalAddress own, ReadOnlySpan<byte> padded) => throw NotYet();

    public void Process(Jid group, SignalAddress sender, ReadOnlySpan<byte> distribution) => throw NotYet();

    public byte[] Decrypt(Jid group, SignalAddress sender, ReadOnlyMemory<byte> bytes) => throw NotYet();

    private NotSupportedException NotYet() => new($"{store} {random}");
}
