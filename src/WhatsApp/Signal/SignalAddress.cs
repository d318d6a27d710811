namespace WhatsApp.Signal;

/// <summary>
/// One device as the Signal layer knows it. Must be canonical already: the LID form whenever it is known,
/// for a session kept under both forms of one person would break.
/// </summary>
internal readonly record struct SignalAddress(Jid Device)
{
    /// <summary>The key in stores. Personal: not for logs.</summary>
    public override string ToString() => Device.ToString();
}
