using WhatsApp.Signal;

namespace WhatsApp.Messages;

/// <summary>Hides the length of a message: 1 to 16 bytes follow it, each of them their number.</summary>
internal static class MessagePadding
{
    public const int Most = 16;

    public static byte[] Pad(ReadOnlySpan<byte> plaintext, IRandomSource random)
    {
        Span<byte> chance = stackalloc byte[1];
        random.Fill(chance);
        var count = (chance[0] & (Most - 1)) + 1;
        var padded = new byte[plaintext.Length + count];
        plaintext.CopyTo(padded);
        padded.AsSpan(plaintext.Length).Fill((byte)count);
        return padded;
    }

    /// <summary>Goes by the last byte alone, as all clients do; more than 16 is accepted too.</summary>
    /// <exception cref="SignalException">Nothing to remove, or more than there is.</exception>
    public static ReadOnlySpan<byte> Unpad(ReadOnlySpan<byte> padded)
    {
        if (padded.IsEmpty || padded[^1] == 0 || padded[^1] > padded.Length)
        {
            throw new SignalException(SignalFault.InvalidMessage, "The padding of a decrypted message is malformed.");
        }

        return padded[..^padded[^1]];
    }
}
