using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using WhatsApp.Proto;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Login;

/// <summary>What a client says of itself inside the handshake. Enum values of zero are written, for the service tells them from absent. Source: facts 3.</summary>
internal static class ClientPayloads
{
    /// <summary>For a device without an account: asks for pairing.</summary>
    public static byte[] Registration(DeviceRow device, SignedPreKey signedPreKey, string deviceName, ClientVersion version)
    {
        var registrationId = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(registrationId, device.Own.RegistrationId);
        var payload = Common(version);
        payload.Passive = false;
        payload.Pull = false;
        payload.DevicePairingData = new DevicePairingRegistrationData
        {
            ERegid = ByteString.CopyFrom(registrationId),
            EKeytype = ByteString.CopyFrom(5),
            EIdent = ByteString.CopyFrom(device.Own.Identity.Public),
            ESkeyId = ByteString.CopyFrom((byte)(signedPreKey.Id >> 16), (byte)(signedPreKey.Id >> 8), (byte)signedPreKey.Id),
            ESkeyVal = ByteString.CopyFrom(signedPreKey.Key.Public),
            ESkeySig = ByteString.CopyFrom(signedPreKey.Signature),
#pragma warning disable CA5351 // The service wants this digest of the version text; nothing is protected by it.
            BuildHash = ByteString.CopyFrom(MD5.HashData(Encoding.ASCII.GetBytes(version.ToString()))),
#pragma warning restore CA5351
            DeviceProps = Properties(deviceName).ToByteString(),
        };
        return payload.ToByteArray();
    }

    /// <summary>For a paired device.</summary>
    /// <exception cref="InvalidOperationException">The device is not paired, or its address has no number.</exception>
    public static byte[] Login(DeviceRow device, ClientVersion version)
    {
        if (device.OwnPhone is not { } own || !ulong.TryParse(own.User, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new InvalidOperationException("Only a paired device can log in.");
        }

        var payload = Common(version);
        payload.Username = number;
        payload.Device = own.Device;
        payload.Passive = true;
        payload.Pull = true;
        payload.Lc = 1;
        payload.LidDbMigrated = true; // this client lives by LIDs
        return payload.ToByteArray();
    }

    private static ClientPayload Common(ClientVersion version) => new()
    {
        UserAgent = new UserAgent
        {
            Platform = UserAgent.Types.Platform.Web,
            AppVersion = new AppVersion { Primary = ClientVersion.Primary, Secondary = ClientVersion.Secondary, Tertiary = version.Revision },
            Mcc = "000",
            Mnc = "000",
            OsVersion = "0.1",
            Manufacturer = "",
            Device = "Desktop",
            OsBuildNumber = "0.1",
            ReleaseChannel = UserAgent.Types.ReleaseChannel.Release,
            LocaleLanguage = "en",
            LocaleCountry = "US",
        },
        WebInfo = new WebInfo { WebSubPlatform = WebInfo.Types.WebSubPlatform.WebBrowser },
        ConnectType = ClientPayload.Types.ConnectType.WifiUnknown,
        ConnectReason = ClientPayload.Types.ConnectReason.UserActivated,
    };

    /// <summary>A bot wants as little history as it can get.</summary>
    private static DeviceProps Properties(string deviceName) => new()
    {
        Os = deviceName,
        Version = new AppVersion { Primary = 0, Secondary = 1, Tertiary = 0 },
        PlatformType = DeviceProps.Types.PlatformType.Chrome,
        RequireFullSync = false,
        HistorySyncConfig = new HistorySyncConfig
        {
            StorageQuotaMb = 10240,
            InlineInitialPayloadInE2EeMsg = true,
            SupportCallLogHistory = true,
            SupportBotUserAgentChatHistory = true,
            SupportCagReactionsAndPolls = true,
            SupportBizHostedMsg = true,
            SupportRecentSyncChunkMessageCountTuning = true,
            SupportHostedGroupMsg = true,
            SupportFbidBotChatHistory = true,
            SupportMessageAssociation = true,
            SupportGroupHistory = true,
            ThumbnailSyncDaysLimit = 60,
            SupportManusHistory = true,
            SupportHatchHistory = true,
        },
    };
}
