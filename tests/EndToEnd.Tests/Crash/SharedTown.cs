using EndToEnd.Tests.Stories;
using Sandbox.Phones;
using Shared.FailPoints;

namespace EndToEnd.Tests.Crash;

/// <summary>One sandbox for all stories of a class: opened once, never restarted, only its bot dies.</summary>
public sealed class SharedTown : IAsyncLifetime
{
    private Town? _town;
    private Operator? _operator;
    private int _newcomers;

    internal Town Town => _town!;

    public async ValueTask InitializeAsync()
    {
        _town = await Town.OpenAsync(lid: true, members: 2);
        _operator = new Operator(_town);
    }

    public async ValueTask DisposeAsync()
    {
        _operator?.Dispose();
        if (_town is null)
        {
            return;
        }

        var reached = _town.Run.Bot.FailPoints.ReadReached();
        await _town.DisposeAsync();
        Assert.Empty(reached.Except(CrashPlan.All.SelectMany(name => new[] { FailPointNames.Before(name), FailPointNames.After(name) })));
    }

    /// <summary>Plays one case of the plan with a member nobody has seen before.</summary>
    internal async Task PlayAsync(string key)
    {
        var crash = CrashPlan.Find(key);
        var mark = Town.Mark;
        try
        {
            var scene = new Scene(Town, await NewcomerAsync(crash.Joins), _operator!, crash.Kills);
            await crash.Story(scene);
            await scene.DiedEverywhereAsync();
        }
        catch
        {
            Town.Tell(mark);
            await Town.Run.Bot.ArmAsync([], TestContext.Current.CancellationToken);
            throw;
        }
        finally
        {
            Town.Run.Panel!.Faults.Clear();
            await Town.Run.Panel.SetReachableAsync(true);
            await Town.Run.World!.ClearFaultsAsync();
            Town.Run.AlertsToRefuse = 0;
        }
    }

    private async Task<Phone> NewcomerAsync(bool joins)
    {
        var number = ++_newcomers;
        var phone = await Town.Run.World!.AddAccountAsync($"new{number}", $"Newcomer {number}");
        if (joins)
        {
            await phone.JoinAsync(Town.Run.Group);
        }

        return phone;
    }
}
