using Microsoft.Extensions.Logging.Abstractions;
using Simulation.Tests.World;
using WhatsApp;

namespace Simulation.Tests.Driving;

/// <summary>One life of the client: from its start over the disk to its death, which it does not notice.</summary>
internal sealed class ClientProcess(SimDisk disk, SimClock clock, SimRandom random, Host host)
{
    private Task _run = Task.CompletedTask;
    private bool _isRunning;

    public SimConnector Connector { get; } = new();

    public WhatsAppClient? Client { get; private set; }

    public bool IsLoggedIn => Client?.Status.Phase == SessionPhase.LoggedIn;

    /// <summary>Why it ended by itself; null while it lives.</summary>
    public string? Ended => _run.IsFaulted ? _run.Exception!.GetBaseException().ToString() : _isRunning && _run.IsCompleted ? Client!.Status.ToString() : null;

    public void Start()
    {
        _isRunning = false;
        _run = RunAsync();
    }

    public void Kill()
    {
        Client?.Counters.Dispose();
        disk.LoseProcess();
        clock.Forget();
        host.LoseProcess();
    }

    private async Task RunAsync()
    {
        var options = new WhatsAppClientOptions { StorageFolder = "simulated", Protector = new OpenProtector(), Time = clock, Random = random, Pacing = PacingOptions.None };
        Client = await WhatsAppClient.ComposeAsync(options, disk.Open(), Connector, NullLoggerFactory.Instance, CancellationToken.None);
        _isRunning = true;
        await Task.WhenAll(Client.RunAsync(CancellationToken.None), host.ListenAsync(Client));
    }
}
