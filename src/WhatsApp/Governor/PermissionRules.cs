using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Governor;

/// <summary>
/// What the service's refusals mean for what may be written next, inside one commit. Nothing here tries anything again: a
/// refusal stands until its time is over or the other side ends it. Source: facts 8.7 and 17.
/// </summary>
internal static class PermissionRules
{
    public const int NoToken = 463;
    public const int NewChatCap = 475;
    public const int TooFast = 429;

    /// <summary>Who has written this recently is in a running conversation with us. The service does not tell its own measure; this one is on the safe side.</summary>
    public static readonly TimeSpan RunningFor = TimeSpan.FromHours(24);

    /// <summary>The service does not say when a share of new conversations is renewed.</summary>
    public static readonly TimeSpan QuotaRest = TimeSpan.FromHours(24);

    public static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);
    private const int MostLevels = 6;

    /// <summary>Codes that a repetition makes worse.</summary>
    public static bool IsGoverned(int code) => code is NoToken or NewChatCap or TooFast;

    /// <param name="store">The commit.</param>
    /// <param name="chat">A group, or a person in any form.</param>
    /// <param name="now">The time.</param>
    public static ChatAccess Of(SessionTransaction store, Jid chat, DateTimeOffset now)
    {
        if (store.Restrictions.Of(WriteObstacle.RateLimited) is { } rest && rest.StandsAt(now))
        {
            return new ChatAccess(WriteObstacle.RateLimited, rest.Until);
        }

        if (chat.IsGroup)
        {
            return ChatAccess.Granted;
        }

        var person = store.Lids.PeerOf(chat);
        if (store.Restrictions.Of(person) is { } own && own.StandsAt(now))
        {
            return new ChatAccess(own.Obstacle, own.Until);
        }

        foreach (var obstacle in (ReadOnlySpan<WriteObstacle>)[WriteObstacle.Timelock, WriteObstacle.NewChatQuota])
        {
            if (store.Restrictions.Of(obstacle) is { } locked && locked.StandsAt(now) && !IsRunning(store, person, now))
            {
                return new ChatAccess(obstacle, locked.Until);
            }
        }

        return ChatAccess.Granted;
    }

    /// <summary>The service refused a message. Returns what now stands for the whole account, if that is new.</summary>
    public static Restriction? Refused(SessionTransaction store, Jid chat, int code, DateTimeOffset at, DateTimeOffset now)
    {
        switch (code)
        {
            case TooFast:
                var before = store.Restrictions.Of(WriteObstacle.RateLimited);
                var level = before is { Until: { } ended } && now - ended < LongestRest ? Math.Min(before.Level + 1, MostLevels) : 0;
                var wait = FirstRest * Math.Pow(2, level);
                var rest = new Restriction(WriteObstacle.RateLimited, at, now + (wait < LongestRest ? wait : LongestRest), level);
                store.Restrictions.Set(rest);
                return rest;
            case NewChatCap when !chat.IsGroup:
                var quota = new Restriction(WriteObstacle.NewChatQuota, at, now + QuotaRest, 0);
                store.Restrictions.Set(store.Lids.PeerOf(chat), quota with { Until = null });
                store.Restrictions.Set(quota);
                return quota;
            case NoToken when !chat.IsGroup:
                // The same code means a person without token and a locked account; only the service's notice tells them apart.
                var locked = store.Restrictions.Of(WriteObstacle.Timelock) is { Until: { } until } standing && standing.StandsAt(now) ? until : default(DateTimeOffset?);
                store.Restrictions.Set(
                    store.Lids.PeerOf(chat), new Restriction(locked is null ? WriteObstacle.NoPermission : WriteObstacle.Timelock, at, locked, 0));
                return null;
            default:
                return null;
        }
    }

    /// <summary>The person wrote, or gave us a token, at that time of the service: they may be answered.</summary>
    public static void Welcomed(SessionTransaction store, PeerId person, DateTimeOffset at) => store.Restrictions.Lift(person, at);

    private static bool IsRunning(SessionTransaction store, PeerId person, DateTimeOffset now) =>
        PrivacyTokens.IsValid(store.PrivacyTokens.Load(person), now) || (store.Chats.LastAt(person) is { } last && now - last < RunningFor);
}
