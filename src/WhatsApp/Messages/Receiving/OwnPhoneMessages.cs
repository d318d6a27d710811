using System.Globalization;
using System.IO.Compression;
using Google.Protobuf;
using WhatsApp.Identity;
using WhatsApp.Proto;
using WhatsApp.Store;

namespace WhatsApp.Messages.Receiving;

/// <summary>What the account's own phone tells its companions. Of history a bot needs the pairs of number and LID only; of app state the keys are kept. Source: facts 16.</summary>
internal static class OwnPhoneMessages
{
    /// <summary>Far above the inline payload of a first history sync; a larger one is not read.</summary>
    private const int MaxInflatedBytes = 8 * 1024 * 1024;

    private const int MaxPairs = 20_000;
    private const int MaxKeys = 1000;
    private const int MaxKeyIdBytes = 32;

    public static void Apply(SessionTransaction store, ProtocolMessage message, People people, DateTimeOffset now)
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
    }

    private static IEnumerable<IdentityPair> PairsOf(ProtocolMessage message)
    {
        if (message.LidMigrationMappingSyncMessage is { HasEncodedMappingPayload: true } migration &&
            TryParse(LidMigrationMappingSyncPayload.Parser, migration.EncodedMappingPayload.ToByteArray()) is { } payload)
        {
            return payload.PnToLidMappings.Select(item => new IdentityPair(
                Person(item.Pn, JidServers.Phone), Person(item.HasLatestLid && item.LatestLid != 0 ? item.LatestLid : item.AssignedLid, JidServers.Lid)));
        }

        if (message.HistorySyncNotification is { HasInitialHistBootstrapInlinePayload: true } notification &&
            Inflate(notification.InitialHistBootstrapInlinePayload.ToByteArray()) is { } bytes &&
            TryParse(HistorySync.Parser, bytes) is { } history)
        {
            return history.PhoneNumberToLidMappings
                .Select(item => Jid.TryParse(item.PnJid, out var phone) && Jid.TryParse(item.LidJid, out var lid) ? IdentityPair.Of(phone, lid) : null)
                .OfType<IdentityPair>();
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

    private static byte[]? Inflate(byte[] compressed)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(compressed), CompressionMode.Decompress);
            var buffer = new byte[MaxInflatedBytes + 1];
            var length = zlib.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length > MaxInflatedBytes ? null : buffer[..length];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
