namespace Sandbox.Service;

/// <summary>One thing that happened in the world, for the sandbox page and for tests.</summary>
/// <param name="Position">1, 2, 3 … within this run.</param>
/// <param name="At">When.</param>
/// <param name="Kind">A stable word, see <see cref="WorldEventKinds"/>.</param>
/// <param name="Account">Id of the account it is about, or null.</param>
/// <param name="Detail">A short sentence, without message text, keys or numbers.</param>
internal sealed record WorldEvent(long Position, DateTimeOffset At, string Kind, string? Account, string Detail);

/// <summary>The words of <see cref="WorldEvent.Kind"/>.</summary>
internal static class WorldEventKinds
{
    public const string ServiceStarted = "service.started";
    public const string ServiceStopped = "service.stopped";
    public const string PairingOffered = "pairing.offered";
    public const string PairingScanned = "pairing.scanned";
    public const string PairingCodeAsked = "pairing.code";
    public const string PairingCodeTyped = "pairing.typed";
    public const string PasskeyWanted = "pairing.passkey";
    public const string PasskeySigned = "pairing.signed";
    public const string Paired = "pairing.done";
    public const string PairingRefused = "pairing.refused";
    public const string LoggedIn = "device.in";
    public const string Active = "device.active";
    public const string Disconnected = "device.out";
    public const string DeviceRemoved = "device.removed";
    public const string LoginRefused = "login.refused";
    public const string MessageAccepted = "message.accepted";
    public const string MessageRefused = "message.refused";
    public const string MessageShown = "phone.message";
    public const string Undecryptable = "phone.undecryptable";
    public const string Duplicate = "phone.duplicate";
    public const string Receipt = "receipt";
    public const string Retry = "retry";
    public const string GroupChanged = "group.changed";
    public const string Fault = "fault";
    public const string Drift = "drift";
    public const string Broken = "broken";
}
