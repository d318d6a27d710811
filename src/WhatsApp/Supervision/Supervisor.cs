using Microsoft.Extensions.Logging;
using WhatsApp.Login;
using WhatsApp.Store;

namespace WhatsApp.Supervision;

/// <summary>One attempt after the other, as <see cref="ReactionTable"/> and <see cref="ReconnectLadder"/> say.</summary>
internal sealed partial class Supervisor(
    WhatsAppClientOptions options,
    ISessionDatabase database,
    StatusBoard status,
    Func<DeviceRow, CancellationToken, Task<SessionFault>> attempt,
    VersionKeeper versions,
    ILogger<Supervisor> logger)
{
    /// <summary>A service that asks for a restart sooner than this after every login would have us storm it.</summary>
    private static readonly TimeSpan SteadyLogin = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private CancellationTokenSource? _interrupt;
    private SessionFault? _forced;
    private int _running;

    /// <summary>Ends the attempt or the wait of the moment, or the one about to begin, with this fault; nothing when not running.</summary>
    public void Interrupt(SessionFault fault)
    {
        lock (_gate)
        {
            if (Volatile.Read(ref _running) == 1)
            {
                _forced = fault;
                _interrupt?.Cancel();
            }
        }
    }

    /// <summary>See <see cref="IWhatsAppClient.RunAsync"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            throw new InvalidOperationException("The session is running already.");
        }

        lock (_gate)
        {
            _forced = null; // meant for an earlier run that had ended by itself
        }

        try
        {
            await LoopAsync(new ReconnectLadder(options.Reconnect, options.Random), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Stop(SessionPhase.Stopped);
        }
        catch (Exception fault)
        {
            // Nothing the loop knows how to mend, such as a store that cannot even put the device aside.
            Log.Broke(logger, fault);
            Stop(SessionPhase.Halted);
            throw;
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private async Task LoopAsync(ReconnectLadder ladder, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = options.Time.GetTimestamp();
            var fault = await InterruptibleAsync(AttemptAsync, cancellationToken).ConfigureAwait(false) ?? new SessionFault(SessionFaultReason.Closed);
            var reached = status.Current;
            cancellationToken.ThrowIfCancellationRequested();
            var isStorm = fault.Reason == SessionFaultReason.RestartRequired && options.Time.GetElapsedTime(started) < SteadyLogin;
            if ((reached.Phase == SessionPhase.LoggedIn && !isStorm) || fault.Reason == SessionFaultReason.PairingExpired)
            {
                ladder.Reset();
            }

            var reaction = ReactionTable.Of(fault);
            if (reaction == Reaction.Quarantine)
            {
                await database.RunAsync("quarantine", store => store.Device.Quarantine(fault.ToString(), options.Time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            }

            var wait = ladder.Next(fault, reaction, options.Time.GetUtcNow());
            Log.Ended(logger, fault, reaction, ladder.Failures);
            status.Change(now => now with { LastFault = fault, FailuresInARow = ladder.Failures, AlertDue = ladder.AlertDue, OfflineQueueDrained = false, Linking = now.Linking as Linked });
            if (fault.Reason == SessionFaultReason.ClientRefused
                && await InterruptibleAsync(RefreshVersionAsync, cancellationToken).ConfigureAwait(false) is { } called)
            {
                status.Change(now => now with { LastFault = called });
                Stop(SessionPhase.Halted);
                return;
            }

            if (wait is not { } time)
            {
                Log.Halted(logger, fault);
                Stop(SessionPhase.Halted);
                return;
            }

            if (time > TimeSpan.Zero && await WaitAsync(time, cancellationToken).ConfigureAwait(false) is { } interrupted)
            {
                status.Change(now => now with { LastFault = interrupted });
                Stop(SessionPhase.Halted);
                return;
            }
        }
    }

    /// <summary>Trying again with the version just refused would be refused again; the reading has a limit of its own.</summary>
    private async Task<SessionFault?> RefreshVersionAsync(CancellationToken cancellationToken)
    {
        await versions.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async Task<SessionFault?> WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        status.Change(now => now with { Phase = SessionPhase.WaitingToReconnect, NextAttempt = options.Time.GetUtcNow() + wait });
        return await InterruptibleAsync(
            async token =>
            {
                await Waits.DelayAsync(wait, options.Time, token).ConfigureAwait(false);
                return null;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The result of the work, or the fault it was interrupted with.</summary>
    private async Task<SessionFault?> InterruptibleAsync(Func<CancellationToken, Task<SessionFault?>> work, CancellationToken cancellationToken)
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            if (Taken() is { } already)
            {
                return already;
            }

            _interrupt = interrupt;
        }

        SessionFault? result = null;
        try
        {
            result = await work(interrupt.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Log.Interrupted(logger);
        }
        finally
        {
            lock (_gate)
            {
                _interrupt = null;
            }
        }

        lock (_gate)
        {
            return Taken() ?? result;
        }
    }

    private SessionFault? Taken() => (_forced, _forced = null).Item1;

    private async Task<SessionFault?> AttemptAsync(CancellationToken cancellationToken)
    {
        try
        {
            var device = await database.RunAsync("device-read", store => store.Device.Current, cancellationToken).ConfigureAwait(false)
                ?? await database.RunAsync("device-made", store => store.Device.Create(options.Random, options.Time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            status.Change(now => now with
            {
                Phase = SessionPhase.Connecting,
                NextAttempt = null,
                OwnPhone = device.OwnPhone?.Bare,
                OwnLid = device.OwnLid?.Bare,
                OfflineQueueDrained = false,
            });
            return await attempt(device, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is SessionStoreException or System.Security.Cryptography.CryptographicException)
        {
            Log.StoreFailed(logger, fault);
            return new SessionFault(SessionFaultReason.StoreFailed);
        }
    }

    private void Stop(SessionPhase phase) => status.Change(now => now with { Phase = phase, Linking = now.Linking as Linked, NextAttempt = null, OfflineQueueDrained = false });

    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Information, "The connection ended: {Fault}; reaction {Reaction}, {Failures} failures in a row")]
        public static partial void Ended(ILogger logger, SessionFault fault, Reaction reaction, int failures);

        [LoggerMessage(1402, LogLevel.Error, "The session halts: {Fault}")]
        public static partial void Halted(ILogger logger, SessionFault fault);

        [LoggerMessage(1405, LogLevel.Critical, "The session's loop broke")]
        public static partial void Broke(ILogger logger, Exception fault);

        [LoggerMessage(1404, LogLevel.Information, "The host ended the attempt")]
        public static partial void Interrupted(ILogger logger);

        [LoggerMessage(1403, LogLevel.Error, "The session store failed")]
        public static partial void StoreFailed(ILogger logger, Exception fault);
    }
}
