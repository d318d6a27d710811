namespace WhatsApp.Wire;

/// <summary>No encrypted connection came about.</summary>
internal sealed class NoiseHandshakeException(NoiseFault reason, Exception? inner = null)
    : Exception($"The encrypted handshake failed: {reason}.", inner)
{
    public NoiseFault Reason { get; } = reason;
}

/// <summary>Why a handshake failed.</summary>
internal enum NoiseFault
{
    /// <summary>The network failed.</summary>
    NetworkFailed,

    /// <summary>The peer closed before the handshake was done.</summary>
    Closed,

    /// <summary>The peer did not answer in time.</summary>
    TimedOut,

    /// <summary>A message lacks a field, is no protobuf, or a key has the wrong size.</summary>
    MalformedMessage,

    /// <summary>The peer's public key is a low-order point.</summary>
    WeakKey,

    /// <summary>A part of the handshake did not authenticate.</summary>
    NotAuthentic,

    /// <summary>The certificate chain lacks a field or a field has the wrong size.</summary>
    CertificateMalformed,

    /// <summary>The intermediate certificate is not signed by the trusted root.</summary>
    UntrustedRoot,

    /// <summary>The leaf certificate is not signed by the intermediate.</summary>
    UntrustedLeaf,

    /// <summary>A certificate names another issuer than the one above it.</summary>
    WrongIssuer,

    /// <summary>The leaf certificate is for another key than the peer's.</summary>
    WrongLeafKey,

    /// <summary>A certificate is not valid yet.</summary>
    NotYetValid,

    /// <summary>A certificate is no longer valid.</summary>
    Expired,
}
