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
    private long _handled;
    private int _asked;

    /// <summary>From now on the service may send the queue; its end is taken for granted when nothing of it comes for 60 s.</summary>
    public void Expect(LiveConnection connection) => connection.Start("offline queue", token => WaitForEndAsync(connection, token));

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

        Interlocked.Increment(ref _handled);
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

    private async Task WaitForEndAsync(LiveConnection connection, CancellationToken cancellationToken)
    {
        for (var seen = -1L; !_drained.Task.IsCompleted && seen != Interlocked.Read(ref _handled);)
        {
            seen = Interlocked.Read(ref _handled);
            try
            {
                await _drained.Task.WaitAsync(LongestWait, services.Options.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                Log.NoEnd(logger, seen);
            }
        }

        services.Status.Change(status => status with { OfflineQueueDrained = true });
        foreach (var handler in services.Moments.OfflineDrained)
        {
            await handler(cancellationToken).ConfigureAwait(false);
        }

        // Held back until now, as all presence. Not "available": the account's phone keeps its notifications, and nobody sees the bot online.
        await connection.SendAsync(new Node("presence", new() { ["type"] = "unavailable" }), cancellationToken).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(1221, LogLevel.Warning, "The service has not told the end of the offline queue for a minute; {Handled} stanzas of it were handled so far")]
        public static partial void NoEnd(ILogger logger, long handled);
    }
}
