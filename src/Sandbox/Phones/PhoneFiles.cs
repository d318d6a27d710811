using System.IO.Compression;
using System.Security.Cryptography;
using Google.Protobuf;
using Sandbox.Service;
using WhatsApp;
using WhatsApp.Proto;

namespace Sandbox.Phones;

/// <summary>Encrypts a piece of history as a phone does and leaves it with the service for the companion to fetch.</summary>
internal static class PhoneFiles
{
    private const int MacBytes = 10, KeyBytes = 32, KeysBytes = 112;

    public static HistorySyncNotification Leave(ServiceCore core, HistorySync history)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            history.WriteTo(zlib);
        }

        var mediaKey = core.Options.Random.Bytes(KeyBytes);
        var keys = HKDF.DeriveKey(HashAlgorithmName.SHA256, mediaKey, KeysBytes, salt: [], info: "WhatsApp History Keys"u8.ToArray());
        using var aes = Aes.Create();
        aes.Key = keys[16..48];
        var cipher = aes.EncryptCbc(packed.ToArray(), keys[..16]);
        var mac = HMACSHA256.HashData(keys[48..80], (byte[])[.. keys[..16], .. cipher])[..MacBytes];
        byte[] file = [.. cipher, .. mac];
        return new HistorySyncNotification
        {
            SyncType = history.SyncType,
            ChunkOrder = 1,
            Progress = 100,
            FileLength = (ulong)packed.Length,
            MediaKey = ByteString.CopyFrom(mediaKey),
            FileSha256 = ByteString.CopyFrom(SHA256.HashData(packed.ToArray())),
            FileEncSha256 = ByteString.CopyFrom(SHA256.HashData(file)),
            DirectPath = core.Media.Keep(file),
        };
    }
}
