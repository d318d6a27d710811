using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Store;

namespace WhatsApp.Login;

/// <summary>Keeps the service supplied with one-time prekeys. One upload at a time; keys count as given out only after its result.</summary>
internal sealed partial class PreKeySupply(ISessionDatabase database, TimeProvider time, IRandomSource random, WhatsAppMetrics metrics, ILogger<PreKeySupply> logger) : IDisposable
{
    public const int FirstUpload = 812;
    public const int LaterUpload = 100;
    public const int FewAtLogin = 5;
    public const int FewAtNotice = 20;

    private readonly SemaphoreSlim _single = new(1, 1);

    /// <summary>Uploads when this device never did, or the service has fewer than so many left.</summary>
    public async Task EnsureAsync(IStanzaSender connection, int few, CancellationToken cancellationToken)
    {
        if (!await _single.WaitAsync(0, cancellationToken).ConfigureAwait(false))
        {
            return; // the upload under way serves this call too
        }

        try
        {
            var answer = await connection.RequestAsync(PreKeyStanzas.CountQuery(), cancellationToken).ConfigureAwait(false);
            var reader = new NodeReader(answer.Child("count") ?? new Node("missing"), "count");
            var left = reader.RequiredInt("value");
            reader.ThrowIfMalformed();
            metrics.PreKeysCounted(left);
            var first = await database.RunAsync("device-read", store => store.Device.Required.PreKeysUploadedAt is null, cancellationToken).ConfigureAwait(false);
            if (first || left < few)
            {
                await UploadAsync(connection, first ? FirstUpload : LaterUpload, cancellationToken).ConfigureAwait(false);
                metrics.PreKeysCounted(left + (first ? FirstUpload : LaterUpload));
            }
        }
        finally
        {
            _single.Release();
        }
    }

    /// <summary>The service has lost our keys, or holds others than we do: a first supply once more.</summary>
    public async Task UploadAgainAsync(IStanzaSender connection, CancellationToken cancellationToken)
    {
        if (!await _single.WaitAsync(0, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await UploadAsync(connection, FirstUpload, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _single.Release();
        }
    }

    private async Task UploadAsync(IStanzaSender connection, int count, CancellationToken cancellationToken)
    {
        var (upload, ids) = await database.RunAsync(
            "prekeys-made",
            store =>
            {
                var device = store.Device.Required;
                var keys = store.PreKeys.TakeForUpload(count, random);
                var signed = store.SignedPreKeys.Load(device.SignedPreKeyId) ?? throw new InvalidOperationException("The signed prekey is missing.");
                return (PreKeyStanzas.Upload(device.Own, signed, keys), keys.Select(key => key.Id).ToArray());
            },
            cancellationToken).ConfigureAwait(false);
        await connection.RequestAsync(upload, cancellationToken).ConfigureAwait(false);
        await database.RunAsync(
            "prekeys-uploaded",
            store =>
            {
                store.PreKeys.MarkUploaded(ids);
                store.Device.MarkPreKeysUploaded(time.GetUtcNow());
            },
            cancellationToken).ConfigureAwait(false);
        Log.Uploaded(logger, ids.Length);
    }

    public void Dispose() => _single.Dispose();

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Information, "Uploaded {Count} prekeys")]
        public static partial void Uploaded(ILogger logger, int count);
    }
}
