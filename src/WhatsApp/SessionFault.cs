namespace WhatsApp;

/// <summary>Why a connection ended.</summary>
/// <param name="Reason">The kind of fault.</param>
/// <param name="Code">The service's number, if it gave one.</param>
/// <param name="Text">For the operator: the service's own words, if it gave any; for a fault of the network what was found.</param>
/// <param name="Until">When the service allows the next attempt, if it said so.</param>
public sealed record SessionFault(SessionFaultReason Reason, int? Code = null, string? Text = null, DateTimeOffset? Until = null)
{
    /// <summary>The reason and the code.</summary>
    public override string ToString() => Code is null ? $"{Reason}" : $"{Reason} {Code}";
}

/// <summary>The kinds of fault a connection can end with.</summary>
public enum SessionFaultReason
{
    /// <summary>The service could not be reached: no route, or the network cut the attempt off.</summary>
    Unreachable,

    /// <summary>The encrypted handshake failed: wrong server, forged certificate, or cut off.</summary>
    HandshakeFailed,

    /// <summary>Connected, but no login answer in time.</summary>
    LoginTimedOut,

    /// <summary>The connection was closed without a reason.</summary>
    Closed,

    /// <summary>The service no longer answered our pings.</summary>
    KeepaliveLost,

    /// <summary>A frame did not authenticate.</summary>
    BrokenStream,

    /// <summary>The service asks for a restart (515), as it does after pairing.</summary>
    RestartRequired,

    /// <summary>The service is too busy or failed (500, 501, 503).</summary>
    ServiceFailed,

    /// <summary>Too many requests (429).</summary>
    RateLimited,

    /// <summary>The service misses an acknowledgement of ours.</summary>
    AcknowledgementMissed,

    /// <summary>The service could not read what we sent.</summary>
    SentMalformed,

    /// <summary>The link was removed on the phone or by the service (401, 406, 516).</summary>
    LoggedOut,

    /// <summary>The account is locked or its phone is gone (403).</summary>
    AccountLocked,

    /// <summary>The account is banned for some time (402).</summary>
    TemporarilyBanned,

    /// <summary>The same identity is connected elsewhere (440).</summary>
    Replaced,

    /// <summary>The service does not accept this version of the client (405, 409, 418).</summary>
    ClientRefused,

    /// <summary>The service refused the login for good (400, 411, 413, 414, 415).</summary>
    LoginRefused,

    /// <summary>Nobody scanned the QR codes offered.</summary>
    PairingExpired,

    /// <summary>The pairing answer was forged or broken.</summary>
    PairingRejected,

    /// <summary>An attempt at linking came to nothing; <see cref="SessionStatus.LinkingRefusal"/> says why.</summary>
    PairingRefused,

    /// <summary>The host called off linking.</summary>
    PairingCancelled,

    /// <summary>The session store could not be read or written.</summary>
    StoreFailed,

    /// <summary>A code this client does not know.</summary>
    Unknown,

    /// <summary>No name server knew an address of the service, and the last good addresses did not help.</summary>
    NameNotResolved,

    /// <summary>The service's address refused the connection.</summary>
    ConnectionRefused,

    /// <summary>What we send vanishes: no answer from the service's address in time.</summary>
    ConnectTimedOut,

    /// <summary>Somebody answered with a certificate that is not the service's: of an unknown authority, expired, or for another name. Nothing of us was sent.</summary>
    CertificateRefused,

    /// <summary>Something else answered in the service's place, such as the login page of a network (captive portal). Nothing of us was sent.</summary>
    NotTheService,
}
