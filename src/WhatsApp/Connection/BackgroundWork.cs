using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WhatsApp.Connection;

/// <summary>
/// Work a stanza handler must not wait for, such as a request whose answer comes through the same reader.
/// Every task is owned here: it ends with the client, and a fault is logged instead of lost.
/// </summary>
internal sealed partial class BackgroundWork(ILogger<BackgroundWork> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, Task> _running = new();
    private readonly CancellationTokenSource _end = new();
    private long _next;
    private bool _closed;

    /// <summary>Starts the work. Nothing starts once the client is being disposed.</summary>
    public void Run(string name, Func<CancellationToken, Task> work)
    {
        if (_closed)
        {
            return;
        }

        var id = Interlocked.Increment(ref _next);
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[id] = RunOneAsync(id, name, work, start.Task);
        start.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await _end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Values).ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task RunOneAsync(long id, string name, Func<CancellationToken, Task> work, Task registered)
    {
        await registered.ConfigureAwait(false);
        try
        {
            await work(_end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            Log.Ended(logger, name);
        }
        catch (NotConnectedException)
        {
            Log.Disconnected(logger, name);
        }
#pragma warning disable CA1031 // One piece of work must not take the others with it; it is logged.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Log.Failed(logger, name, fault);
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Debug, "Background work {Name} ended with the client")]
        public static partial void Ended(ILogger logger, string name);

        [LoggerMessage(1102, LogLevel.Debug, "Background work {Name} ended with the connection")]
        public static partial void Disconnected(ILogger logger, string name);

        [LoggerMessage(1103, LogLevel.Warning, "Background work {Name} failed")]
        public static partial void Failed(ILogger logger, string name, Exception fault);
    }
}
