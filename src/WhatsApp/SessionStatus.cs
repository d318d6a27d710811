namespace WhatsApp;

/// <summary>What the session is doing.</summary>
public enum SessionPhase
{
    /// <summary>Not running.</summary>
    Stopped,

    /// <summary>Dialling, shaking hands or logging in.</summary>
    Connecting,

    /// <summary>Not linked yet: <see cref="SessionStatus.Linking"/> says what waits for a person.</summary>
    WaitingForScan,

    /// <summary>Logged in and able to send.</summary>
    LoggedIn,

    /// <summary>Lost the connection; the next attempt is at <see cref="SessionStatus.NextAttempt"/>.</summary>
    WaitingToReconnect,

    /// <summary>Stopped for a reason that trying again cannot mend; see <see cref="SessionStatus.LastFault"/>.</summary>
    Halted,
}

/// <summary>A moment in the life of the session. Compared by value.</summary>
/// <param name="Phase">What the session is doing.</param>
public sealed record SessionStatus(SessionPhase Phase)
{
    /// <summary>The step of linking that is shown now; null when there is none.</summary>
    public LinkingStep? Linking { get; init; }

    /// <summary>Why the last attempt at linking came to nothing; null once one has succeeded or another was asked for.</summary>
    public LinkingRefused? LinkingRefusal { get; init; }

    /// <summary>The text of the QR code to show; null in every other step.</summary>
    public string? PairingQr => (Linking as QrShown)?.Text;

    /// <summary>When the QR code is replaced by the next one.</summary>
    public DateTimeOffset? QrExpires => (Linking as QrShown)?.Expires;

    /// <summary>Why the last connection ended.</summary>
    public SessionFault? LastFault { get; init; }

    /// <summary>When the next attempt starts.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Attempts that failed since the last login.</summary>
    public int FailuresInARow { get; init; }

    /// <summary>So many attempts failed in a row that an operator should know. Goes off with the next login.</summary>
    public bool AlertDue { get; init; }

    /// <summary>The account's own phone number, once paired.</summary>
    public Jid? OwnPhone { get; init; }

    /// <summary>The account's own LID, once known.</summary>
    public Jid? OwnLid { get; init; }

    /// <summary>Everything the service had kept for us while we were away has arrived.</summary>
    public bool OfflineQueueDrained { get; init; }

    /// <summary>The phase and the fault; no number and no QR text.</summary>
    public override string ToString() => LastFault is null ? $"{Phase}" : $"{Phase} ({LastFault})";
}
