using Sandbox.Control;
using Sandbox.Service;

namespace Sandbox.Run;

/// <summary>Copies what happens in the simulated world to the timeline, and keeps whether the bot is connected.</summary>
internal sealed class WorldPump(SimulatedWorld world, Timeline timeline)
{
    /// <summary>The bot's device is logged in at the service now.</summary>
    public bool BotIsConnected { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long position = 0;
        try
        {
            while (true)
            {
                var happened = await world.WaitForAsync(_ => true, position, cancellationToken);
                position = happened.Position;
                if (happened is { Account: SandboxRun.BotAccount, Kind: WorldEventKinds.LoggedIn or WorldEventKinds.Disconnected })
                {
                    BotIsConnected = happened.Kind == WorldEventKinds.LoggedIn;
                }

                if (WorldWords.Of(happened) is { } text)
                {
                    timeline.Add("service", text);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the sandbox stops
        }
    }
}
