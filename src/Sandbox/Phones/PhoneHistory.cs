using System.IO.Compression;
using Google.Protobuf;
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
