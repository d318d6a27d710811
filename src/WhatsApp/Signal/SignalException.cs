namespace WhatsApp.Signal;

/// <summary>Why the Signal layer refused something. 0 to 13 are the reason numbers of a retry receipt.</summary>
internal enum SignalFault
{
    Unknown = 0,
    NoSession = 1,
    InvalidKey = 2,
    InvalidKeyId = 3,
    InvalidMessage = 4,
    BadSignature = 5,
    FutureMessage = 6,
    BadMac = 7,
    InvalidSession = 8,
    InvalidMessageKey = 9,
    BadBroadcastEphemeralSetting = 10,
    UnknownCompanionNoPreKey = 11,
    AdvFailure = 12,
    StatusRevokeDelay = 13,

    /// <summary>The message was decrypted before: answer it as received, never ask for a retry.</summary>
    Duplicate = 100,
}

/// <summary>The one exception of the Signal layer. When it is thrown nothing was written to the store.</summary>
internal sealed class SignalException(SignalFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public SignalFault Fault { get; } = fault;
}
