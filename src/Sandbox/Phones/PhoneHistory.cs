using System.IO.Compression;
using Google.Protobuf;
using WhatsApp;
using WhatsApp.Proto;

namespace Sandbox.Phones;

/// <summary>What a phone sends to a companion that has logged in for the first time.</summary>
internal sealed class PhoneHistory(PhoneContext phone, PhoneSender sender)
{
    public void SendTo(ushort device)
    {
        sender.SendToCompanion(device, Protocol(new ProtocolMessage { Type = ProtocolMessage.Types.Type.AppStateSyncKeyShare, AppStateSyncKeyShare = KeyShare() }));

        var people = phone.Core.Accounts.All.Where(account => account.Id != phone.Account.Id).ToArray();
        var bootstrap = new HistorySync { SyncType = HistorySyncType.InitialBootstrap };
        bootstrap.PhoneNumberToLidMappings.AddRange(people.Where(account => !account.PhoneHidden)
            .Select(account => new PhoneNumberToLidMapping { PnJid = account.Phone.ToString(), LidJid = account.Lid.ToString() }));
        sender.SendToCompanion(device, History(bootstrap));

        var names = new HistorySync { SyncType = HistorySyncType.PushName };
        names.Pushnames.Add(new PushName { Id = phone.Account.Phone.ToString(), Name = phone.Account.Name });
        names.Pushnames.AddRange(people.Select(account => new PushName { Id = account.Address(account.PhoneHidden).ToString(), Name = account.Name }));
        sender.SendToCompanion(device, History(names));
    }

    /// <summary>To every companion: what comes as a file and not within the message.</summary>
    public void OfferFile()
    {
        var account = phone.Account;
        account.NctSalt ??= phone.Core.Options.Random.Bytes(32);
        phone.Core.Accounts.Save(account);
        var others = phone.Core.Accounts.All.Where(other => other.Id != account.Id).ToArray();
        var history = new HistorySync { SyncType = HistorySyncType.NonBlockingData, NctSalt = ByteString.CopyFrom(account.NctSalt) };
        history.PhoneNumberToLidMappings.AddRange(others.Where(other => !other.PhoneHidden)
            .Select(other => new PhoneNumberToLidMapping { PnJid = other.Phone.ToString(), LidJid = other.Lid.ToString() }));
        history.Conversations.AddRange(others.Where(other => other.TokensFor.ContainsKey(account.Id)).Select(other => new Conversation
        {
            Id = other.Lid.ToString(),
            LidJid = other.Lid.ToString(),
            TcToken = ByteString.CopyFrom(other.TokensFor[account.Id]),
            TcTokenTimestamp = (ulong)phone.Core.Now,
        }));
        history.Pushnames.Add(new PushName { Id = account.Phone.ToString(), Name = account.Name });
        var (notification, file) = HistoryPacking.Pack(history, phone.Core.Options.Random);
        notification.DirectPath = phone.Core.Media.Keep(file);
        foreach (var device in account.Devices.Where(device => device.Id != 0))
        {
            sender.SendToCompanion(device.Id, Protocol(new ProtocolMessage { Type = ProtocolMessage.Types.Type.HistorySyncNotification, HistorySyncNotification = notification }));
        }
    }

    private AppStateSyncKeyShare KeyShare() => new()
    {
        Keys =
        {
            new AppStateSyncKey
            {
                KeyId = new AppStateSyncKeyId { KeyId = ByteString.CopyFrom(phone.Keys.AppStateKeyId) },
                KeyData = new AppStateSyncKeyData
                {
                    KeyData = ByteString.CopyFrom(phone.Keys.AppStateKey),
                    Fingerprint = new AppStateSyncKeyFingerprint { RawId = phone.Account.AdvRawId, CurrentIndex = 0, DeviceIndexes = { 0 } },
                    Timestamp = phone.Core.Now * 1000,
                },
            },
        },
    };

    private static Message History(HistorySync history)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            history.WriteTo(zlib);
        }

        return Protocol(new ProtocolMessage
        {
            Type = ProtocolMessage.Types.Type.HistorySyncNotification,
            HistorySyncNotification = new HistorySyncNotification
            {
                SyncType = history.SyncType,
                ChunkOrder = 1,
                Progress = 100,
                InitialHistBootstrapInlinePayload = ByteString.CopyFrom(packed.ToArray()),
            },
        });
    }

    private static Message Protocol(ProtocolMessage message) => new() { ProtocolMessage = message };
}
