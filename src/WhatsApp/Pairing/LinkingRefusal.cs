namespace WhatsApp;

/// <summary>An attempt at linking that came to nothing. Linking goes on with a QR code unless the session has halted.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Code">The service's number, if it gave one.</param>
/// <param name="At">When.</param>
public sealed record LinkingRefused(LinkingRefusal Reason, int? Code, DateTimeOffset At)
{
    /// <summary>The reason and the code.</summary>
    public override string ToString() => Code is null ? $"{Reason}" : $"{Reason} {Code}";
}

/// <summary>Why an attempt at linking came to nothing, and so what to do next.</summary>
public enum LinkingRefusal
{
    /// <summary>Nobody typed the code in time: ask for another.</summary>
    CodeExpired,

    /// <summary>Wrong codes were typed until the tries were used up: ask for another code.</summary>
    WrongCode,

    /// <summary>The phone began and did not go through with it: a wrong code, refused there, or it lost its connection.</summary>
    NotCompleted,

    /// <summary>The service has seen too many tries (429): wait some hours.</summary>
    TooManyTries,

    /// <summary>The service does not link by code with this number (400): check it, or scan a QR code.</summary>
    NumberRefused,

    /// <summary>The account is locked, banned or restricted.</summary>
    AccountRestricted,

    /// <summary>The answer that should have proved the phone's consent was forged or broken; nothing of it was kept.</summary>
    ForgedAnswer,

    /// <summary>A passkey is wanted, but the service gave nothing that could be signed: try again, or another number.</summary>
    PasskeyUnavailable,

    /// <summary>The passkey's answer did not come in time.</summary>
    PasskeyTimedOut,

    /// <summary>The service did not accept the passkey's answer.</summary>
    PasskeyRefused,

    /// <summary>The host said that the phone shows another code: somebody may stand in between.</summary>
    CodesDiffer,

    /// <summary>The service did not answer.</summary>
    NoAnswer,

    /// <summary>The service refused with a code this client has no word for; the phone may say why, for example that it has four linked devices already.</summary>
    ServiceRefused,
}

/// <summary>What became of something handed in for a step of linking.</summary>
public enum LinkingAnswer
{
    /// <summary>Taken; <see cref="SessionStatus.Linking"/> shows what follows.</summary>
    Taken,

    /// <summary>Nobody asked for it, or not any more. Nothing was changed.</summary>
    NotAsked,

    /// <summary>It is not what a passkey answers. Nothing was changed; hand in another.</summary>
    Malformed,

    /// <summary>It answers another challenge than the one shown. Nothing was changed; hand in another.</summary>
    Stale,
}
