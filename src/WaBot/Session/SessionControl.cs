using WaBot.Hosting;
using WhatsApp;

namespace WaBot.Session;

/// <summary>What an operator may do with the session.</summary>
internal sealed partial class SessionControl(IWhatsAppClient client, Bells bells, ILogger<SessionControl> logger)
{
    /// <summary>A halted session tries again.</summary>
    public void Reconnect()
    {
        // A ring nobody waits for would undo the next halt.
        if (client.Status.Phase == SessionPhase.Halted)
        {
            bells.Session.Ring();
        }
    }

    /// <summary>Links in this way from now on; nothing when an account is linked.</summary>
    public async Task LinkAsync(LinkingMethod method, CancellationToken ct)
    {
        await client.PairAsync(method, ct);
        Log.Link(logger, method);
        if (client.Status.OwnPhone is null)
        {
            Reconnect();
        }
    }

    public async Task StopLinkingAsync(CancellationToken ct)
    {
        await client.CancelPairingAsync(ct);
        Log.StopLinking(logger);
    }

    /// <summary>Removes the link; the session then waits until an operator links it again.</summary>
    public async Task LogOutAsync(CancellationToken ct)
    {
        Log.LogOut(logger);
        await client.LogOutAsync(ct);
    }

    /// <summary>Removes the link and offers a QR code for a new one. The old identity is put aside, not deleted.</summary>
    public async Task PairAgainAsync(CancellationToken ct)
    {
        Log.PairAgain(logger);
        await client.LogOutAsync(ct);
        bells.Session.Ring();
    }

    private static partial class Log
    {
        [LoggerMessage(3103, LogLevel.Warning, "An operator has removed the link to the account; the session waits to be paired again")]
        public static partial void PairAgain(ILogger logger);

        [LoggerMessage(3104, LogLevel.Information, "An operator wants to link by {Method}")]
        public static partial void Link(ILogger logger, LinkingMethod method);

        [LoggerMessage(3105, LogLevel.Information, "An operator has called off linking")]
        public static partial void StopLinking(ILogger logger);

        [LoggerMessage(3106, LogLevel.Warning, "An operator has logged the bot out")]
        public static partial void LogOut(ILogger logger);
    }
}
