using Sandbox.Service;

namespace Sandbox.Control;

/// <summary>The simulated world's events as sentences for people; null for what would only fill the timeline.</summary>
internal static class WorldWords
{
    public static string? Of(WorldEvent happened)
    {
        var who = Who(happened.Account);
        return happened.Kind switch
        {
            WorldEventKinds.ServiceStarted => "The WhatsApp service is up.",
            WorldEventKinds.ServiceStopped => "The WhatsApp service is down.",
            WorldEventKinds.PairingOffered => "A device that is not linked yet waits for its QR to be scanned.",
            WorldEventKinds.PairingScanned => $"{who}'s phone scanned the QR.",
            WorldEventKinds.PairingCodeAsked => $"A device asks to be linked with {who} by a code; the phone says that it can be typed now.",
            WorldEventKinds.PairingCodeTyped => $"A code was typed on {who}'s phone ({happened.Detail}).",
            WorldEventKinds.PasskeyWanted => $"The service wants the passkey of {who} before it links.",
            WorldEventKinds.PasskeySigned => $"The passkey of {who} has signed.",
            WorldEventKinds.Paired => $"{who} has a new linked device; it is told to log in (stream error 515).",
            WorldEventKinds.PairingRefused => $"Pairing was refused: {happened.Detail}.",
            WorldEventKinds.LoggedIn when happened.Account == Run.SandboxRun.BotAccount => "The bot logged in.",
            WorldEventKinds.LoggedIn => $"A linked device of {who} logged in.",
            WorldEventKinds.Active => null, // follows every login
            WorldEventKinds.Disconnected when happened.Account is null => null, // the unpaired connection that ends after the scan, and hang-ups in mid-handshake
            WorldEventKinds.Disconnected when happened.Account == Run.SandboxRun.BotAccount => "The bot's connection ended.",
            WorldEventKinds.Disconnected => $"A linked device of {who} went away.",
            WorldEventKinds.DeviceRemoved => $"A linked device of {who} was removed.",
            WorldEventKinds.LoginRefused => $"A login of {who} was refused ({happened.Detail}).",
            WorldEventKinds.MessageAccepted => $"{who} sent a message.",
            WorldEventKinds.MessageRefused => $"A message of {who} was refused: {happened.Detail}.",
            WorldEventKinds.MessageShown => null, // the phone shows it
            WorldEventKinds.Receipt when happened.Detail.EndsWith(", delivered", StringComparison.Ordinal) => $"{who} has received a message.",
            WorldEventKinds.Receipt when happened.Detail.EndsWith(", read", StringComparison.Ordinal) => $"{who} has read a message.",
            WorldEventKinds.Receipt => null, // copies between an account's own devices
            WorldEventKinds.Retry => $"{who} could not read a message and asks for it again.",
            WorldEventKinds.Undecryptable => $"{who}'s phone cannot read a message ({happened.Detail}).",
            WorldEventKinds.Duplicate => $"{who}'s phone got a message twice.",
            WorldEventKinds.GroupChanged when happened.Detail == $"remove: {happened.Account}" => $"{who} left the group.",
            WorldEventKinds.GroupChanged when happened.Detail == $"add: {happened.Account}" => $"{who} joined the group.",
            WorldEventKinds.GroupChanged => $"Group, by {who}: {happened.Detail}.",
            WorldEventKinds.Fault => happened.Account is null ? $"Fault played: {happened.Detail}." : $"Fault played on {who}: {happened.Detail}.",
            WorldEventKinds.Drift => $"The service does not know the request {happened.Detail}.",
            WorldEventKinds.Broken => $"The simulated world stumbled: {happened.Detail}.",
            _ => $"{who}: {happened.Detail}",
        };
    }

    private static string Who(string? account) => account switch
    {
        null => "Somebody",
        Run.SandboxRun.BotAccount => "The bot",
        _ => char.ToUpperInvariant(account[0]) + account[1..],
    };
}
