using System.Text.Json;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Messages.Receiving;
using WhatsApp.Store;

namespace WhatsApp.Governor;

/// <summary><c>mex</c> notifications: the service tells in JSON what the account may do. Source: facts 8.7.</summary>
internal sealed partial class AccountNotices(ISessionDatabase database, EventStream events, TimeProvider time, ILogger<AccountNotices> logger)
{
    private const string Timelock = "NotificationUserReachoutTimelockUpdate";
    private const string Capping = "MessageCappingInfoNotification";
    private const int MostBytes = 64 * 1024;

    public async Task HandleAsync(Node notification, CancellationToken cancellationToken)
    {
        foreach (var update in notification.ChildrenOf("update"))
        {
            switch (update["op_name"])
            {
                case Timelock when ReadTimelock(update) is { } told:
                    await ApplyAsync(told, cancellationToken).ConfigureAwait(false);
                    break;
                case Timelock:
                    Log.Unreadable(logger);
                    break;
                case Capping:
                    Log.Capped(logger); // its contents are not known; the refusal itself says when a share is used up
                    break;
            }
        }
    }

    private async Task ApplyAsync(TimelockNotice told, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var news = await database.RunAsync(
            "timelock-told",
            store =>
            {
                var before = store.Restrictions.Of(WriteObstacle.Timelock);
                if (told.IsActive)
                {
                    store.Restrictions.Set(new Restriction(WriteObstacle.Timelock, now, told.Ends, 0));
                }
                else if (!store.Restrictions.Lift(WriteObstacle.Timelock))
                {
                    return false;
                }

                return before?.Until != told.Ends || (before is null) == told.IsActive
                    ? RestrictionEvents.Raise(store, WriteObstacle.Timelock, told.IsActive, told.IsActive ? told.Ends : null, now)
                    : false;
            },
            cancellationToken).ConfigureAwait(false);
        Log.Locked(logger, told.IsActive, told.Ends);
        if (news)
        {
            events.Wake();
        }
    }

    /// <summary>Null for what is no such notice: an unreadable lock must not become an unlocked account.</summary>
    private static TimelockNotice? ReadTimelock(Node update)
    {
        // {"data":{"xwa2_notify_account_reachout_timelock":{"is_active":true,"time_enforcement_ends":"unix seconds","enforcement_type":"..."}}}
        if (update.Bytes is not { Length: > 0 and <= MostBytes } bytes)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(bytes);
            if (!json.RootElement.TryGetProperty("data", out var data) || !data.TryGetProperty("xwa2_notify_account_reachout_timelock", out var notice) ||
                !notice.TryGetProperty("is_active", out var active) || active.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                return null;
            }

            return new TimelockNotice(active.GetBoolean(), notice.TryGetProperty("time_enforcement_ends", out var ends) ? ReadTime(ends) : null);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null; // a property of another kind than it should be
        }
    }

    private static DateTimeOffset? ReadTime(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
        return long.TryParse(text, out var seconds) && seconds is > 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }

    private sealed record TimelockNotice(bool IsActive, DateTimeOffset? Ends);

    private static partial class Log
    {
        [LoggerMessage(1511, LogLevel.Warning, "The service says that this account's time lock on new conversations is active: {Active}, until {Until}")]
        public static partial void Locked(ILogger logger, bool active, DateTimeOffset? until);

        [LoggerMessage(1512, LogLevel.Warning, "A notice about the account's time lock cannot be read and is not acted on")]
        public static partial void Unreadable(ILogger logger);

        [LoggerMessage(1513, LogLevel.Warning, "The service counts this account's new conversations")]
        public static partial void Capped(ILogger logger);
    }
}
