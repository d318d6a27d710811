using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Governor;

/// <summary>Gives people we write to a token of ours, so that they may write to us whatever their account's standing. Source: facts 8.7.</summary>
internal sealed partial class TokenIssuer(ISessionDatabase database, IStanzaSender sender, BackgroundWork background, TimeProvider time, ILogger<TokenIssuer> logger)
{
    /// <summary>Whom the service would not take a token for is left alone for so long.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromHours(1);
    private const int MostRemembered = 1000;

    private readonly ConcurrentDictionary<PeerId, DateTimeOffset> _notBefore = new();

    /// <summary>Beside the reader; one at a time for each person.</summary>
    public void Issue(PeerId person)
    {
        var now = time.GetUtcNow();
        if (_notBefore.Count > MostRemembered)
        {
            _notBefore.Clear();
        }

        if (_notBefore.TryGetValue(person, out var wait) && wait > now)
        {
            return;
        }

        _notBefore[person] = now + AfterRefusal;
        if (!background.Run("give a token", token => IssueAsync(person, token)))
        {
            _notBefore.TryRemove(person, out _);
        }
    }

    private async Task IssueAsync(PeerId person, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            await sender.RequestAsync(
                new Node("iq", new() { ["to"] = Jid.Service, ["type"] = "set", ["xmlns"] = "privacy" },
                    new Node("tokens", null, new Node("token", new() { ["jid"] = person.Name, ["t"] = now.ToUnixTimeSeconds(), ["type"] = "trusted_contact" }))),
                cancellationToken).ConfigureAwait(false);
        }
        catch (IqErrorException refused)
        {
            Log.Refused(logger, refused.Code);
            return;
        }

        await database.RunAsync("token-issued", store => store.TokenIssues.Save(person, now), cancellationToken).ConfigureAwait(false);
        _notBefore.TryRemove(person, out _);
    }

    private static partial class Log
    {
        [LoggerMessage(1501, LogLevel.Information, "The service did not take a privacy token of ours ({Code}); the next one is offered in an hour at the soonest")]
        public static partial void Refused(ILogger logger, int code);
    }
}
