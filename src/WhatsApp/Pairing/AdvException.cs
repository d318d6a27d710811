namespace WhatsApp.Pairing;

/// <summary>A device identity that cannot be accepted.</summary>
internal enum AdvFault
{
    /// <summary>Not readable, or a part is missing.</summary>
    Malformed,

    /// <summary>Not made by the phone that scanned our code.</summary>
    HmacMismatch,

    /// <summary>Not signed by the account it names, or not for this device.</summary>
    SignatureMismatch,
}

/// <summary>Why a device identity was refused, with the answer the service expects.</summary>
internal sealed class AdvException(AdvFault fault, Exception? inner = null) : Exception($"The device identity is refused: {fault}.", inner)
{
    public AdvFault Fault { get; } = fault;

    /// <summary>Code of the error reply.</summary>
    public int ReplyCode => Fault == AdvFault.Malformed ? 500 : 401;

    /// <summary>Text of the error reply.</summary>
    public string ReplyText => Fault switch
    {
        AdvFault.HmacMismatch => "hmac-mismatch",
        AdvFault.SignatureMismatch => "signature-mismatch",
        _ => "internal-error",
    };
}
