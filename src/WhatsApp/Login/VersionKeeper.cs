using Microsoft.Extensions.Logging;
using WhatsApp.Store;

namespace WhatsApp.Login;

/// <summary>Keeps the version we speak as fresh: read when it is a week old, and when the service refuses it. Never goes back; a reading that fails changes nothing.</summary>
internal sealed partial class VersionKeeper(IVersionSource? source, ISessionDatabase database, TimeProvider time, ILogger<VersionKeeper> logger)
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(7);

    /// <summary>At the start of a run, beside the first connect and never in its way.</summary>
    public async Task RefreshIfOldAsync(CancellationToken cancellationToken)
    {
        var known = await database.RunAsync("version-read", store => store.ClientVersion.Load(), cancellationToken).ConfigureAwait(false);
        if (known is not { } read || time.GetUtcNow() - read.ReadAt > Fresh)
        {
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Done when a newer one is kept, or it is clear that none can be had now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (source is null)
        {
            return;
        }

        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var revision = await source.ReadAsync(either.Token).ConfigureAwait(false);
            await database.RunAsync("client-version", store => store.ClientVersion.Save(revision, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            Log.Read(logger, new ClientVersion(revision));
        }
        catch (Exception fault) when (fault is IOException or SessionStoreException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.NotRead(logger, fault.GetType().Name, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1241, LogLevel.Information, "The service's web client is at version {Version}")]
        public static partial void Read(ILogger logger, ClientVersion version);

        [LoggerMessage(1242, LogLevel.Warning, "The version of the service's web client could not be read; the known one is used: {Kind}: {Fault}")]
        public static partial void NotRead(ILogger logger, string kind, string fault);
    }
}
