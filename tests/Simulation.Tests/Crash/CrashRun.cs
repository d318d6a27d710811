using System.Diagnostics;
using System.Globalization;
using Simulation.Tests.Driving;
using Simulation.Tests.World;

namespace Simulation.Tests.Crash;

/// <summary>One world and a client in it that is killed so many times, each time at a place the seed chooses; then it has to be as if nothing had happened.</summary>
internal sealed class CrashRun(ulong seed, int kills)
{
    private const int LatestPlace = 160;
    private const int MessagesInALife = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly SimRandom _chance = SimRandom.For(seed, 4);

    /// <summary>Where the client died, and how often.</summary>
    public SortedDictionary<string, int> Places { get; } = new(StringComparer.Ordinal);

    public int Messages { get; private set; }

    public async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("crash-");
        try
        {
            using var world = new CrashWorld(seed, folder.FullName);
            using var end = new CancellationTokenSource();
            var serving = world.ServeAsync(end.Token);
            for (var life = 0; life < kills; life++)
            {
                await LiveAsync(world, folder.FullName, 1 + _chance.Below(LatestPlace));
            }

            await LiveAsync(world, folder.FullName, int.MaxValue);
            await end.CancelAsync();
            await serving;
            Messages = world.Written;
            world.Check();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Until the client dies where it is told to, or there is nothing left to do and it is killed at rest.</summary>
    private async Task LiveAsync(CrashWorld world, string folder, int dieAt)
    {
        world.Lives++;
        world.Allow(dieAt == int.MaxValue ? 2 : MessagesInALife);
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            [CrashClient.Name, folder, world.Port.ToString(CultureInfo.InvariantCulture), world.Root, dieAt.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var child = Process.Start(start)!;
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Moved = () =>
        {
            if (world.IsSettled || world.Fault is not null)
            {
                settled.TrySetResult();
            }
        };
        var place = "at rest";
        var reading = ReadAsync(child, line =>
        {
            if (line.StartsWith("K ", StringComparison.Ordinal))
            {
                place = line[2..];
            }
            else
            {
                world.Note(line);
            }
        });
        try
        {
            await Task.WhenAny(reading, settled.Task).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new Violation(Promises.Converges, $"seed {seed}, life {world.Lives}: {world}");
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill(); // SIGKILL
            }
        }

        await child.WaitForExitAsync();
        await reading;
        Places[place] = Places.GetValueOrDefault(place) + 1;
        if (world.Fault is { } fault)
        {
            throw new InvalidOperationException($"Seed {seed}, life {world.Lives}, killed at {place}: {fault.Message}", fault);
        }
    }

    private static async Task ReadAsync(Process child, Action<string> said)
    {
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            said(line);
        }
    }
}
