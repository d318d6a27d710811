using WaBot.Hosting;
using WhatsApp;

namespace WaBot.Session;

/// <summary>What an operator may do with the session.</summary>
internal sealed partial class SessionControl(IWhatsAppClient client, Bells bells, ILogger<SessionControl> logger)
{
    /// <summary>A halted session tries again.</summary>
    public void Reconnect() => bells.Session.Ring();

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
    }
}
