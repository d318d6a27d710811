namespace WaBot.Hosting;

/// <summary>A loop that must live: one round after the other; a round that fails is logged and followed by a pause, not by the end.</summary>
internal abstract partial class LoopService(TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(5);

    /// <summary>One round, the wait for the next included.</summary>
    protected abstract Task RunRoundAsync(CancellationToken ct);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the host's start does not wait for a first round
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunRoundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                Log.RoundFailed(logger, fault, GetType().Name);
                await PauseAsync(stoppingToken);
            }
        }
    }

    private async Task PauseAsync(CancellationToken ct)
    {
        try
        {
            await Task.Delay(PauseAfterFault, time, ct);
        }
        catch (OperationCanceledException)
        {
            // the host stops
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Error, "{Loop}: a round failed; it goes on in a moment")]
        public static partial void RoundFailed(ILogger logger, Exception fault, string loop);
    }
}
