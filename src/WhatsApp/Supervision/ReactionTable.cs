using static WhatsApp.SessionFaultReason;

namespace WhatsApp.Supervision;

/// <summary>Facts 15 and design decision 15 on one screen: what the service says, what it means, what we do.</summary>
internal static class ReactionTable
{
    /// <summary><c>&lt;stream:error code&gt;</c>; the conflict and ack children are read first (<see cref="FaultReader"/>).</summary>
    public static SessionFaultReason OfStreamError(int code) => code switch
    {
        515 => RestartRequired,
        516 => LoggedOut,
        401 => LoggedOut,
        440 => Replaced,
        429 => RateLimited,
        500 or 503 => ServiceFailed,
        _ => Unknown,
    };

    /// <summary><c>&lt;failure reason&gt;</c> instead of a login.</summary>
    public static SessionFaultReason OfFailure(int code) => code switch
    {
        401 or 406 => LoggedOut,
        402 => TemporarilyBanned,
        403 => AccountLocked,
        405 or 409 or 418 => ClientRefused,
        400 or 411 or 413 or 414 or 415 => LoginRefused,
        429 => RateLimited,
        440 => Replaced,
        500 or 501 or 503 => ServiceFailed,
        _ => Unknown,
    };

    public static Reaction Of(SessionFault fault) => (fault.Reason, fault.Code) switch
    {
        (RestartRequired or PairingExpired or PairingRefused, _) => Reaction.Now,
        (LoggedOut or AccountLocked, _) => Reaction.Quarantine,
        (TemporarilyBanned, _) => Reaction.WaitUntil,
        (Replaced or PairingCancelled, _) => Reaction.Halt,
        (ClientRefused, 405 or 418) => Reaction.OnceMore,
        (ClientRefused, _) => Reaction.Halt,
        (LoginRefused, 400) => Reaction.OnceMore,
        (LoginRefused, _) => Reaction.Halt,
        (RateLimited, _) or (ServiceFailed, 501) => Reaction.LongBackoff,
        _ => Reaction.Backoff, // unreachable, closed, silent, broken, 500, 503, missed acks, malformed, store, unknown
    };
}
