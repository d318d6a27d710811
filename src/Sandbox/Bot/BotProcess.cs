using System.Diagnostics;
using Sandbox.Clock;

namespace Sandbox.Bot;

/// <summary>
/// The real bot as a child process of the same executable. Killing it leaves the simulated world standing. It is
/// started again by itself after an end that nobody asked for, at most <see cref="RestartLimit"/> times in a row.
/// </summary>
internal sealed class BotProcess : IAsyncDisposable
{
    public const int RestartLimit = 15;

    /// <summary>Environment variables between parent and child; the child's own options go by the command line.</summary>
    public const string ClockVariable = "WABOT_SANDBOX_CLOCK";
    public const string FailPointsVariable = "WABOT_SANDBOX_FAILPOINTS";

    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ArmLook = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ArmLimit = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly IReadOnlyList<string> _arguments;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly string _logFile;
    private readonly SandboxClock _clock;
    private readonly TimeProvider _time;
    private readonly Action<string> _tell;
    private readonly CancellationTokenSource _stopping = new();
    private Process? _process;
    private Task _watch = Task.CompletedTask;
    private bool _wanted;
    private bool _restartAfterKill = true;
    private int _restartsInARow;

    public BotProcess(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string logFile, FailPointFiles failPoints, SandboxClock clock, TimeProvider time, Action<string> tell)
    {
        (_arguments, _environment, _logFile, FailPoints, _clock, _time, _tell) = (arguments, environment, logFile, failPoints, clock, time, tell);
    }

    /// <summary>The sandbox's own executable, whoever hosts this code (a test does, too).</summary>
    private static string Executable => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "wabot-sandbox.exe" : "wabot-sandbox");

    public bool Running => _process is { HasExited: false };

    /// <summary>Of the bot of this moment.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The bot has never been started.");

    /// <summary>The plan of fail points, and where the bot died.</summary>
    public FailPointFiles FailPoints { get; }

    /// <summary>How often the bot was started, the first time included.</summary>
    public int Starts { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            (_wanted, _restartAfterKill) = (true, true); // a killed process that is not quite gone yet is followed by its watcher
            if (!Running)
            {
                StartProcess();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>kill -9. The bot comes back by itself unless <paramref name="restart"/> is false.</summary>
    public async Task KillAsync(bool restart, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _wanted = restart;
            _restartAfterKill = restart;
            if (_process is { HasExited: false } process)
            {
                _tell("The bot was killed (kill -9).");
                process.Kill();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>From the return of this call on, the bot dies (kill -9) at these points, one after the other, each "NAME" or "NAME HIT". A bot that is down takes the plan when it starts.</summary>
    public async Task ArmAsync(IReadOnlyList<string> plan, CancellationToken cancellationToken)
    {
        FailPoints.Write(plan);
        await SendAsync("failpoints", cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ArmLimit);
        using var look = new PeriodicTimer(ArmLook, _time);
        while (_wanted && !FailPoints.IsTaken)
        {
            await look.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>One line of the pipe between parent and child; lost when the child is down, which is why lines are absolute.</summary>
    public async Task SendAsync(string line, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_process is { HasExited: false } process)
            {
                await process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
                await process.StandardInput.FlushAsync(cancellationToken);
            }
        }
        catch (IOException)
        {
            // The child ended between the check and the write; it gets the clock from its environment when it starts again.
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Asks the bot to stop, and ends it after a while if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        _wanted = false;
        await _stopping.CancelAsync();
        if (_process is { HasExited: false } process)
        {
            process.StandardInput.Close(); // the child takes the end of its input as the wish to stop
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), _time);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }

        await _watch;
        _process?.Dispose();
        _gate.Dispose();
        _stopping.Dispose();
    }

    private void StartProcess()
    {
        var start = new ProcessStartInfo(Executable) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("bot");
        foreach (var argument in _arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[ClockVariable] = _clock.Offsets.ToText();
        var process = Process.Start(start) ?? throw new InvalidOperationException("The bot's process could not be started.");
        Starts++;
        _process = process;
        _watch = WatchAsync(process);
    }

    private async Task WatchAsync(Process process)
    {
        var started = _time.GetTimestamp();
        var killed = FailPoints.ReadKilled().Count;
        await using (var log = new StreamWriter(new FileStream(_logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true })
        {
            using var oneWriter = new SemaphoreSlim(1, 1);
            await Task.WhenAll(CopyAsync(process.StandardOutput, log, oneWriter), CopyAsync(process.StandardError, log, oneWriter), process.WaitForExitAsync());
        }

        if (_stopping.IsCancellationRequested || !_wanted)
        {
            return;
        }

        // A bot that died where it was told to has not failed.
        _restartsInARow = _time.GetElapsedTime(started) > LongEnough || FailPoints.ReadKilled().Count > killed ? 0 : _restartsInARow + 1;
        _tell(process.ExitCode == 137 ? "The bot's process is gone (killed)." : $"The bot's process ended with code {process.ExitCode}.");
        if (!_restartAfterKill || _restartsInARow > RestartLimit)
        {
            _tell("The bot stays down until it is started by hand.");
            return;
        }

        try
        {
            await Task.Delay(RestartDelay, _time, _stopping.Token);
            await _gate.WaitAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            if (_wanted && !Running)
            {
                StartProcess();
                _tell("The bot was started again.");
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private static async Task CopyAsync(StreamReader from, StreamWriter to, SemaphoreSlim oneWriter)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            await oneWriter.WaitAsync();
            try
            {
                await to.WriteLineAsync(line);
            }
            finally
            {
                oneWriter.Release();
            }
        }
    }
}
