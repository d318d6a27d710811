using Sandbox.Run;

namespace Sandbox;

/// <summary>The parent: starts everything, says where to look, and ends at Ctrl+C with nothing left running.</summary>
internal static class SandboxMain
{
    private const int UsageExitCode = 64;
    private const int ConfigurationExitCode = 78;

    public static async Task<int> RunAsync(string[] args)
    {
        var (options, faults) = CommandLine.Parse(args);
        if (options.Help || faults.Count > 0)
        {
            var output = faults.Count > 0 ? Console.Error : Console.Out;
            foreach (var fault in faults)
            {
                await output.WriteLineAsync(fault);
            }

            await output.WriteLineAsync(faults.Count > 0 ? "Try --help." : CommandLine.Usage);
            return faults.Count > 0 ? UsageExitCode : 0;
        }

        using var logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true));
        using var stopping = new CancellationTokenSource();
        using var interrupt = PosixSignals.OnStop(stopping.Cancel);
        try
        {
            await using var run = await SandboxRun.StartAsync(options, logs, stopping.Token);
            Console.WriteLine(Welcome(run, options));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Console.WriteLine("Stopping.");
            return 0;
        }
        catch (WaBot.Options.ConfigurationFaultException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return ConfigurationExitCode;
        }
        catch (IOException fault)
        {
            await Console.Error.WriteLineAsync($"The sandbox could not start: {fault.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static string Welcome(SandboxRun run, SandboxOptions options) => $"""

        WaBot sandbox. Nothing leaves this machine.

          Open  {run.Page}

          1. Press "Scan it with the bot's phone" (the QR itself is on the operator page, linked there).
          2. Choose a phone, write !claim in the group, follow the link of the answer, and go on in the private chat.
          3. Break things: leave and re-join, let 5 hours pass, jump the clock, drop the connection, panel 503, kill the bot.

        State: {(options.DataFolder is null ? "a temporary folder, deleted at the end (keep it with --data DIR)" : options.DataFolder)}
        Stop with Ctrl+C.
        """;
}
