using Sandbox.Clock;

namespace Sandbox.Bot;

/// <summary>The child's end of the pipe: "clock PASSED/JUMPED", and "failpoints" when their plan was written anew. The end of input is the wish to stop.</summary>
internal sealed class ParentPipe(SandboxClock clock, KillingFailPoints failPoints, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var input = new StreamReader(Console.OpenStandardInput()); // Console.In blocks its caller, asynchronous or not
        try
        {
            while (await input.ReadLineAsync(CancellationToken.None).AsTask().WaitAsync(stoppingToken) is { } line)
            {
                Obey(line);
            }

            lifetime.StopApplication();
        }
        catch (OperationCanceledException)
        {
            // the bot stops for another reason; a read of the pipe cannot be called back, but the process ends
        }
    }

    private void Obey(string line)
    {
        switch (line.Split(' '))
        {
            case ["clock", var offsets]:
                clock.Set(ClockOffsets.Parse(offsets));
                break;
            case ["failpoints"]:
                failPoints.Rearm();
                break;
            default:
                break; // a newer parent may say more
        }
    }
}
