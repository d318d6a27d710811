using System.Diagnostics;
using System.Globalization;

namespace Hangfire.Sqlite.Tests.Crash;

/// <summary>This very executable as another process.</summary>
internal sealed class CrashProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly List<string> _lines = [];

    public CrashProcess(string folder, int life, string task)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        string[] arguments = [typeof(CrashProcess).Assembly.Location, CrashChild.Argument, folder, life.ToString(CultureInfo.InvariantCulture), task];
        Array.ForEach(arguments, start.ArgumentList.Add);
        _process = Process.Start(start)!;
        _reading = Task.Run(Read, TestContext.Current.CancellationToken);
    }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_lines)
            {
                return _lines.Count;
            }
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Kill -9; returns what it had said by then.</summary>
    public IReadOnlyList<string> Kill()
    {
        _process.Kill();
        End();
        return Lines;
    }

    public int End()
    {
        Assert.True(_process.WaitForExit(Eventually.Limit), "The process did not end.");
        Assert.True(_reading.Wait(Eventually.Limit, TestContext.Current.CancellationToken), "Its output did not end.");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Read()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
