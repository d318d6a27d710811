using Google.Protobuf;
using WhatsApp.Proto;

namespace WhatsApp.History;

/// <summary>A piece of the account's history that its phone offers as an encrypted file. Source: facts 16.</summary>
internal sealed record HistoryNotice(string DirectPath, byte[] MediaKey, byte[] FileSha256, byte[] FileEncSha256, long FileLength)
{
    /// <summary>Far above what the phone sends of the kinds a bot wants.</summary>
    public const long MostFileBytes = 256L * 1024 * 1024;

    private const int KeyBytes = 32;
    private const int MaxPathLength = 2048;

    /// <summary>Names, pairs and tokens come with these kinds; the others hold messages of before, which a bot has no use for.</summary>
    public static bool IsWanted(HistorySyncNotification notification) =>
        notification.SyncType is HistorySyncType.InitialBootstrap or HistorySyncType.PushName or HistorySyncType.NonBlockingData;

    /// <summary>Null when there is nothing to fetch, or when it could not be checked.</summary>
    public static HistoryNotice? Of(HistorySyncNotification notification) =>
        IsWanted(notification) && notification is { HasDirectPath: true, MediaKey.Length: KeyBytes, FileSha256.Length: KeyBytes, FileEncSha256.Length: KeyBytes } &&
        notification.DirectPath is { Length: > 1 and <= MaxPathLength } path && path[0] == '/' && path[1] != '/' && notification.FileLength <= MostFileBytes
            ? new HistoryNotice(path, notification.MediaKey.ToByteArray(), notification.FileSha256.ToByteArray(), notification.FileEncSha256.ToByteArray(), (long)notification.FileLength)
            : null;

    public byte[] Write() => new HistorySyncNotification
    {
        SyncType = HistorySyncType.InitialBootstrap,
        DirectPath = DirectPath,
        MediaKey = ByteString.CopyFrom(MediaKey),
        FileSha256 = ByteString.CopyFrom(FileSha256),
        FileEncSha256 = ByteString.CopyFrom(FileEncSha256),
        FileLength = (ulong)FileLength,
    }.ToByteArray();

    public static HistoryNotice? Read(byte[] bytes) => Of(HistorySyncNotification.Parser.ParseFrom(bytes));

    /// <summary>Nothing secret.</summary>
    public override string ToString() => "HistoryNotice";
}
