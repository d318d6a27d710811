using System.Globalization;
using System.IO.Compression;
using Google.Protobuf;
using WhatsApp.History;
using WhatsApp.Identity;
using WhatsApp.Proto;
using WhatsApp.Store;

namespace WhatsApp.Messages.Receiving;

/// <summary>What the account's own phone tells its companions. Of history a bot needs pairs of number and LID, tokens and its own name; of app state the keys are kept. Source: facts 16.</summary>
internal static class OwnPhoneMessages
{
    /// <summary>Far above the inline payload of a first history sync; a larger one is not read.</summary>
    private const int MaxInflatedBytes = 8 * 1024 * 1024;

    private const int MaxPairs = 20_000;
    private const int MaxKeys = 1000;
    private const int MaxKeyIdBytes = 32;

    /// <param name="store">The commit.</param>
    /// <param name="message">What the phone says.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="own">Our account.</param>
    /// <param name="people">Who is who.</param>
    /// <param name="now">The time.</param>
    public static void Apply(SessionTransaction store, ProtocolMessage message, string id, OwnAccount own, People people, DateTimeOffset now)
    {
        foreach (var key in message.AppStateSyncKeyShare?.Keys.Take(MaxKeys) ?? [])
        {
            if (key is { KeyId.KeyId.Length: > 0 and <= MaxKeyIdBytes, KeyData.KeyData.Length: > 0 } && store.AppStateKeys.Count < MaxKeys)
            {
                store.AppStateKeys.Save(key.KeyId.KeyId.ToByteArray(), key.KeyData.ToByteArray(), now);
            }
        }

        if (message.LidMigrationMappingSyncMessage is not null)
        {
            store.Device.SaveLidMigrated(true); // the account has moved
        }

        foreach (var pair in PairsOf(message).Take(MaxPairs))
        {
            people.Learn(pair);
        }

        if (message.HistorySyncNotification is { } notification)
        {
            ApplyHistory(store, notification, id, own, people, now);
        }
    }

    private static void ApplyHistory(SessionTransaction store, HistorySyncNotification notification, string id, OwnAccount own, People people, DateTimeOffset now)
    {
        if (notification.HasInitialHistBootstrapInlinePayload)
        {
            if (ReadInline(notification, own) is { } facts)
            {
                for (var portion = 0; portion < Math.Min(HistoryLearning.PortionsOf(facts), MaxPairs / HistoryLearning.Portion); portion++)
                {
                    HistoryLearning.Apply(store, own, people, facts, portion);
                }
            }
        }
        else if (HistoryNotice.Of(notification) is { } notice)
        {
            store.History.Add(id, notice.Write(), now); // fetched beside the reader
        }
    }

    private static HistoryFacts? ReadInline(HistorySyncNotification notification, OwnAccount own)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(notification.InitialHistBootstrapInlinePayload.ToByteArray()), CompressionMode.Decompress);
            return HistoryFacts.Read(zlib, own.Owns, MaxInflatedBytes);
        }
        catch (InvalidDataException)
        {
            return null; // the phone's convenience must not cost its other messages
        }
    }

    private static IEnumerable<IdentityPair> PairsOf(ProtocolMessage message)
    {
        if (message.LidMigrationMappingSyncMessage is { HasEncodedMappingPayload: true } migration &&
            TryParse(LidMigrationMappingSyncPayload.Parser, migration.EncodedMappingPayload.ToByteArray()) is { } payload)
        {
            return payload.PnToLidMappings.Select(item => new IdentityPair(
                Person(item.Pn, JidServers.Phone), Person(item.HasLatestLid && item.LatestLid != 0 ? item.LatestLid : item.AssignedLid, JidServers.Lid)));
        }

        return [];
    }

    private static Jid Person(ulong user, string server) => new(user.ToString(CultureInfo.InvariantCulture), server);

    /// <summary>Null for bytes that are no such message: the phone's convenience must not cost its other messages.</summary>
    private static T? TryParse<T>(MessageParser<T> parser, byte[] bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
