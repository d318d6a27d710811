namespace WhatsApp.Signal.Wire;

/// <summary>The first byte of every Signal message: high half = version of the message, low half = newest version its sender knows.</summary>
internal static class MessageVersion
{
    public const byte Own = 0x33;

    /// <summary>Accepts version 3 from senders that know 3 or later: later libraries write 0x34 for the same bytes.</summary>
    /// <exception cref="SignalException">Another version, or too short to hold anything.</exception>
    public static void Require(ReadOnlySpan<byte> bytes, int smallest)
    {
        if (bytes.Length < smallest)
        {
            throw FieldReader.Malformed();
        }

        if (bytes[0] >> 4 != 3 || (bytes[0] & 0x0F) < 3)
        {
            throw new SignalException(SignalFault.InvalidMessage, "The message is of another protocol version than 3.");
        }
    }
}
