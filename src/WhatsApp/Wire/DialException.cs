namespace WhatsApp.Wire;

/// <summary>No connection to the service came about.</summary>
/// <param name="fault">What was found, for the status and the operator.</param>
/// <param name="inner">The last failure.</param>
internal sealed class DialException(SessionFault fault, Exception? inner = null) : IOException(fault.Text, inner)
{
    public SessionFault Fault { get; } = fault;
}
