using System.Globalization;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;

namespace WhatsApp.Login;

/// <summary>What the service kept for us while we were away, pulled in parts so that it cannot flood us. One per connection. Source: facts 8.5.</summary>
internal sealed partial class OfflineQueue(SessionServices services, ILogger<OfflineQueue> logger)
{
    public const int BatchSize = 200;
    private static readonly TimeSpan BetweenBatches = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _left;
    private int _asked;

    /// <summary>From now on the service may send the queue; its end is taken for granted after 60 s.</summary>
    public void Expect(LiveConnection connection) => connection.Start("offline queue", WaitForEndAsync);

    /// <summary><c>&lt;offline_preview count/&gt;</c>: so many stanzas wait.</summary>
    public async Task PreviewAsync(LiveConnection connection, Node preview, CancellationToken cancellationToken)
    {
        _ = long.TryParse(preview["count"], NumberStyles.None, CultureInfo.InvariantCulture, out _left);
        if (_left > 0)
        {
            await AskAsync(connection, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>After each handled stanza: the first one of a batch asks for the next batch.</summary>
    public void Handled(LiveConnection connection, Node stanza)
    {
        if (stanza["offline"] is null)
        {
            return;
        }

        if (--_left > 0 && Interlocked.Exchange(ref _asked, 0) == 1)
        {
            connection.Start("offline batch", async token =>
            {
                await Task.Delay(BetweenBatches, services.Options.Time, token).ConfigureAwait(false);
                await AskAsync(connection, token).ConfigureAwait(false);
            });
        }
    }

    /// <summary><c>&lt;offline count/&gt;</c>: that was all.</summary>
    public void End() => _drained.TrySetResult();

    private async Task AskAsync(LiveConnection connection, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _asked, 1);
        await connection.SendAsync(new Node("ib", null, new Node("offline_batch", new() { ["count"] = BatchSize })), cancellationToken).ConfigureAwait(false);
    }

    private async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _drained.Task.WaitAsync(LongestWait, services.Options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.NoEnd(logger);
        }

        services.Status.Change(status => status with { OfflineQueueDrained = true });
        foreach (var handler in services.Moments.OfflineDrained)
        {
            await handler(cancellationToken).ConfigureAwait(false);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1221, LogLevel.Warning, "The service did not tell the end of the offline queue within a minute; going on")]
        public static partial void NoEnd(ILogger logger);
    }
}
