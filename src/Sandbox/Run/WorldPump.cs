using Sandbox.Control;
using Sandbox.Service;

namespace Sandbox.Run;

/// <summary>Copies what happens in the simulated world to the timeline.</summary>
internal sealed class WorldPump(SimulatedWorld world, Timeline timeline)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long position = 0;
        try
        {
            while (true)
            {
                var happened = await world.WaitForAsync(_ => true, position, cancellationToken);
                position = happened.Position;
                timeline.Add("service", happened.Account is null ? happened.Detail : $"{happened.Account}: {happened.Detail}");
            }
        }
        catch (OperationCanceledException)
        {
            // the sandbox stops
        }
    }
}
