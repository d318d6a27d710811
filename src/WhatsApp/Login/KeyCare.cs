using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Login;

/// <summary>
/// Keeps the keys at the service in order over the months: a new signed prekey every 27 days, and once a day a look whether
/// the service holds what we hold. Source: facts 8.3.
/// </summary>
internal sealed partial class KeyCare(ISessionDatabase database, PreKeySupply supply, TimeProvider time, IRandomSource random, ILogger<KeyCare> logger)
{
    public static readonly TimeSpan RotateAfter = TimeSpan.FromDays(27);
    public static readonly TimeSpan AfterRefusal = TimeSpan.FromHours(24);
    public static readonly TimeSpan CheckAfter = TimeSpan.FromHours(24);

    /// <summary>A key is the current one for a month; messages written with it may be two more on their way.</summary>
    public static readonly TimeSpan KeepFor = RotateAfter + TimeSpan.FromDays(62);

    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(6);
    private const int NotFound = 404;

    /// <summary>While the connection lives.</summary>
    public async Task RunAsync(IStanzaSender connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            await LookAsync(connection, cancellationToken).ConfigureAwait(false);
            await Task.Delay(LookEvery, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Does what is due. The service's refusals are logged and tried again another day: keys in use go on working.</summary>
    public async Task LookAsync(IStanzaSender connection, CancellationToken cancellationToken)
    {
        try
        {
            await RotateAsync(connection, cancellationToken).ConfigureAwait(false);
            await CompareAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IqErrorException or MalformedNodeException or TimeoutException)
        {
            Log.Failed(logger, fault);
        }
    }

    /// <summary>The new key is stored before it is shown, and becomes ours only with the service's answer: a crash in between shows the same key again.</summary>
    private async Task RotateAsync(IStanzaSender connection, CancellationToken cancellationToken)
    {
        if (await database.RunAsync("signed-prekey-made", NextIfDue, cancellationToken).ConfigureAwait(false) is not { } next)
        {
            return;
        }

        try
        {
            await connection.RequestAsync(PreKeyStanzas.Rotate(next), cancellationToken).ConfigureAwait(false);
        }
        catch (IqErrorException refused)
        {
            await database.RunAsync("signed-prekey-refused", store => store.Device.MarkSignedPreKeyRefused(time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            Log.NotRotated(logger, refused.Code);
            return;
        }

        await database.RunAsync(
            "signed-prekey-current",
            store =>
            {
                store.Device.SaveSignedPreKey(next.Id);
                store.SignedPreKeys.Prune(time.GetUtcNow() - KeepFor, next.Id);
            },
            cancellationToken).ConfigureAwait(false);
        Log.Rotated(logger);
    }

    private SignedPreKey? NextIfDue(SessionTransaction store)
    {
        var device = store.Device.Required;
        var now = time.GetUtcNow();
        var isYoung = store.SignedPreKeys.CreatedAt(device.SignedPreKeyId) is { } made && now - made < RotateAfter;
        var wasRefused = device.SignedPreKeyRefusedAt is { } refused && now - refused < AfterRefusal;
        return isYoung || wasRefused ? null : store.SignedPreKeys.Next(device.SignedPreKeyId, device.Own.Identity, random, now);
    }

    private async Task CompareAsync(IStanzaSender connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await database.RunAsync(
            "device-read",
            store => store.Device.Required is var device && !(device.PreKeysUploadedAt is { } sent && now - sent < CheckAfter) && !(device.KeysCheckedAt is { } seen && now - seen < CheckAfter),
            cancellationToken).ConfigureAwait(false);
        if (!due)
        {
            return;
        }

        Node? answer;
        try
        {
            answer = await connection.RequestAsync(PreKeyStanzas.DigestQuery(), cancellationToken).ConfigureAwait(false);
        }
        catch (IqErrorException lost) when (lost.Code == NotFound)
        {
            answer = null;
        }

        var agrees = await database.RunAsync(
            "keys-checked",
            store =>
            {
                store.Device.MarkKeysChecked(now);
                return answer is not null && KeyDigest.Agrees(store, answer);
            },
            cancellationToken).ConfigureAwait(false);
        if (!agrees)
        {
            Log.Differs(logger);
            await supply.UploadAgainAsync(connection, cancellationToken).ConfigureAwait(false);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1206, LogLevel.Information, "The service has a new signed prekey of ours")]
        public static partial void Rotated(ILogger logger);

        [LoggerMessage(1207, LogLevel.Warning, "The service refused a new signed prekey ({Code}); the old one stays for another day")]
        public static partial void NotRotated(ILogger logger, int code);

        [LoggerMessage(1208, LogLevel.Warning, "The service holds other keys than we do, or none; they are uploaded again")]
        public static partial void Differs(ILogger logger);

        [LoggerMessage(1209, LogLevel.Information, "The keys at the service could not be looked after; tried again later")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
