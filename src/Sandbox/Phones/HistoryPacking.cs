using System.IO.Compression;
using System.Security.Cryptography;
using Google.Protobuf;
using WhatsApp;
using WhatsApp.Proto;

namespace Sandbox.Phones;

/// <summary>Encrypts a piece of history as a phone does.</summary>
internal static class HistoryPacking
{
    private const int MacBytes = 10, KeyBytes = 32, KeysBytes = 112;

    /// <summary>What the companion is told, without the path, and the file.</summary>
    public static (HistorySyncNotification Notification, byte[] File) Pack(HistorySync history, IRandomSource random)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            history.WriteTo(zlib);
        }

        return Pack(packed.ToArray(), history.SyncType, random);
    }

    /// <summary>The same for bytes that are deflated already.</summary>
    public static (HistorySyncNotification Notification, byte[] File) Pack(byte[] packed, HistorySyncType type, IRandomSource random)
    {
        var mediaKey = random.Bytes(KeyBytes);
        var keys = HKDF.DeriveKey(HashAlgorithmName.SHA256, mediaKey, KeysBytes, salt: [], info: "WhatsApp History Keys"u8.ToArray());
        using var aes = Aes.Create();
        aes.Key = keys[16..48];
        var cipher = aes.EncryptCbc(packed, keys[..16]);
        var mac = HMACSHA256.HashData(keys[48..80], (byte[])[.. keys[..16], .. cipher])[..MacBytes];
        byte[] file = [.. cipher, .. mac];
        return (new HistorySyncNotification
        {
            SyncType = type,
            ChunkOrder = 1,
            Progress = 100,
            FileLength = (ulong)packed.Length,
            MediaKey = ByteString.CopyFrom(mediaKey),
            FileSha256 = ByteString.CopyFrom(SHA256.HashData(packed)),
            FileEncSha256 = ByteString.CopyFrom(SHA256.HashData(file)),
        }, file);
    }
}
