using Microsoft.Extensions.Logging;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Devices;

/// <summary>Why a session that exists is to be set up anew.</summary>
internal enum RepairCause
{
    /// <summary>The device asked for a message and sent fresh keys along.</summary>
    KeysOffered = 1,

    /// <summary>The device was set up anew: its registration or identity is another than the session's.</summary>
    OtherDevice = 2,

    /// <summary>The device keeps asking over the very session it cannot read.</summary>
    StillUnread = 3,

    /// <summary>A companion shows a certificate of another account key than the one known: the account's phone may be new.</summary>
    AccountKeyDoubted = 4,
}

/// <summary>
/// The one place that decides whether a session with a device is set up anew. What the device itself proves (other keys, or a
/// request with keys, once for each message) is always followed; what we only suspect, once an hour: two sides that suspect each other would
/// tear their sessions down for ever.
/// </summary>
internal sealed partial class SessionRepair(TimeProvider time, WhatsAppMetrics metrics, ILogger<SessionRepair> logger)
{
    public static readonly TimeSpan CoolDown = TimeSpan.FromHours(1);

    /// <summary>True when it may be done now; it is noted then.</summary>
    /// <param name="store">The commit that does it.</param>
    /// <param name="device">With whom.</param>
    /// <param name="cause">Why.</param>
    /// <param name="message">The message that gave rise to it.</param>
    public bool TryBegin(SessionTransaction store, DeviceId device, RepairCause cause, string message)
    {
        var now = time.GetUtcNow();
        var isProved = cause == RepairCause.OtherDevice ||
            (cause == RepairCause.KeysOffered && store.Retries.Increment(StoreKey.Of("rebuilt", device, message), now) == 1);
        if (!isProved && store.Repairs.LastAt(device) is { } last && now - last < CoolDown)
        {
            Log.TooSoon(logger, cause);
            return false;
        }

        store.Repairs.Save(device, (int)cause, now);
        metrics.Repaired(cause.ToString());
        Log.Begun(logger, cause);
        return true;
    }

    /// <summary>The keys are not those the session was made with.</summary>
    public static bool IsOtherDevice(SessionTransaction store, IRandomSource random, DeviceId device, uint? registrationId, PreKeyBundle? offered)
    {
        var ours = new SessionCipher(store.Signal, random).RegistrationIdOf(device);
        return (registrationId is { } theirs && ours is { } known && theirs != known) ||
            (offered is not null && store.Identities.Load(device) is { } identity && !identity.AsSpan().SequenceEqual(offered.Identity));
    }

    private static partial class Log
    {
        [LoggerMessage(1371, LogLevel.Information, "The session with a device is set up anew ({Cause})")]
        public static partial void Begun(ILogger logger, RepairCause cause);

        [LoggerMessage(1372, LogLevel.Information, "The session with a device was set up anew less than an hour ago and stays ({Cause})")]
        public static partial void TooSoon(ILogger logger, RepairCause cause);
    }
}
