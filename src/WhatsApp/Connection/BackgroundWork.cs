using Microsoft.Extensions.Logging;

namespace WhatsApp.Connection;

/// <summary>
/// Work a stanza handler must not wait for, such as a request whose answer comes through the same reader.
/// Every task is owned here: it ends with the client, and a fault is logged instead of lost.
/// </summary>
internal sealed partial class BackgroundWork(ILogger<BackgroundWork> logger) : IAsyncDisposable
{
    /// <summary>Far more than a healthy connection ever needs; a peer that provokes work cannot pile up more.</summary>
    public const int MostAtOnce = 128;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Task> _running = [];
    private readonly CancellationTokenSource _end = new();
    private long _next;
    private bool _closed;

    /// <summary>Starts the work. False when too much is under way, or the client is being disposed: it will not be done.</summary>
    public bool Run(string name, Func<CancellationToken, Task> work)
    {
        lock (_gate)
        {
            if (_closed || _running.Count >= MostAtOnce)
            {
                Log.Refused(logger, name);
                return false;
            }

            var id = ++_next;
            _running.Add(id, RunOneAsync(id, name, work));
            return true;
        }
    }

    /// <summary>Completes once nothing is under way; for tests and an orderly end.</summary>
    public async Task IdleAsync()
    {
        while (true)
        {
            Task[] running;
            lock (_gate)
            {
                running = [.. _running.Values];
            }

            if (running.Length == 0)
            {
                return;
            }

            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            _closed = true;
            running = [.. _running.Values];
        }

        await _end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task RunOneAsync(long id, string name, Func<CancellationToken, Task> work)
    {
        await Task.Yield(); // the caller holds the gate
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
            lock (_gate)
            {
                _running.Remove(id);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1104, LogLevel.Warning, "Background work {Name} was not begun: too much is under way, or the client ends")]
        public static partial void Refused(ILogger logger, string name);

        [LoggerMessage(1101, LogLevel.Debug, "Background work {Name} ended with the client")]
        public static partial void Ended(ILogger logger, string name);

        [LoggerMessage(1102, LogLevel.Debug, "Background work {Name} ended with the connection")]
        public static partial void Disconnected(ILogger logger, string name);

        [LoggerMessage(1103, LogLevel.Warning, "Background work {Name} failed")]
        public static partial void Failed(ILogger logger, string name, Exception fault);
    }
}
