using System.Globalization;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;

namespace WhatsApp.Login;

/// <summary>From <c>&lt;success&gt;</c> to the phase LoggedIn, in the order of facts 8.2.</summary>
internal sealed partial class LoginDuties(SessionServices services, ConnectionSlot slot, PreKeySupply preKeys, KeyCare care, Keepalive keepalive, ILogger<LoginDuties> logger)
{
    public async Task RunAsync(LiveConnection connection, OfflineQueue queue, Node success, CancellationToken cancellationToken)
    {
        await NoteSuccessAsync(success, cancellationToken).ConfigureAwait(false);
        slot.Fill(connection);
        connection.Start("keepalive", token => keepalive.RunAsync(connection, token));
        try
        {
            await preKeys.EnsureAsync(connection, PreKeySupply.FewAtLogin, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IqErrorException or MalformedNodeException)
        {
            Log.NoPreKeys(logger, fault); // those who have a session can still write; tried again at the next login or notice
        }

        foreach (var handler in services.Moments.LoggedIn)
        {
            await handler(cancellationToken).ConfigureAwait(false);
        }

        queue.Expect(connection);
        var active = new Node("iq", new() { ["to"] = Jid.Service, ["type"] = "set", ["xmlns"] = "passive" }, new Node("active"));
        await connection.RequestAsync(active, cancellationToken).ConfigureAwait(false); // now the service sends what it kept for us
        services.Status.Change(status => status with { Phase = SessionPhase.LoggedIn, FailuresInARow = 0, AlertDue = false, LastFault = null, NextAttempt = null });
        connection.Start("key care", token => care.RunAsync(connection, token));
        Log.LoggedIn(logger);
    }

    private async Task NoteSuccessAsync(Node success, CancellationToken cancellationToken)
    {
        // <success t="unix seconds" lid="user:device@lid" .../>
        var now = services.Options.Time.GetUtcNow();
        var offset = long.TryParse(success["t"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) - now
            : TimeSpan.Zero;
        var lid = success.JidOf("lid") is { IsLid: true } given ? given : (Jid?)null;
        var device = await services.Database.RunAsync(
            "login",
            store =>
            {
                store.Device.SaveLogin(lid, offset);
                var saved = store.Device.Required;
                if (saved is { OwnPhone: { } phone, OwnLid: { } ownLid })
                {
                    store.Lids.Learn(phone, ownLid, now);
                }

                return saved;
            },
            cancellationToken).ConfigureAwait(false);
        services.Status.Change(status => status with { OwnPhone = device.OwnPhone?.Bare, OwnLid = device.OwnLid?.Bare });
    }

    private static partial class Log
    {
        [LoggerMessage(1211, LogLevel.Information, "Logged in")]
        public static partial void LoggedIn(ILogger logger);

        [LoggerMessage(1212, LogLevel.Warning, "The service did not take prekeys; new contacts cannot write to us until it does")]
        public static partial void NoPreKeys(ILogger logger, Exception fault);
    }
}
