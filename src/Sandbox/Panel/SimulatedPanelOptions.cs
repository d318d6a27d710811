namespace Sandbox.Panel;

/// <summary>How the simulated panel behaves while nothing is broken.</summary>
internal sealed record SimulatedPanelOptions
{
    /// <summary>Where the state file lives; null keeps everything in memory.</summary>
    public string? Folder { get; init; }

    /// <summary>0: any free port at the first start, the same one afterwards.</summary>
    public int Port { get; init; }

    /// <summary>The application key of a fresh panel; made up when null.</summary>
    public string? ApiKey { get; init; }
    public int Nodes { get; init; } = 2;
    public int AllocationsPerNode { get; init; } = 20;
    public int NodeMemoryMiB { get; init; } = 16_384;
    public int NodeDiskMiB { get; init; } = 102_400;
    public int RequestsPerMinute { get; init; } = 240;
    public TimeSpan InstallTime { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a suspended process still runs.</summary>
    public TimeSpan StopTime { get; init; } = TimeSpan.Zero;
    public bool DemandsTwoFactor { get; init; }

    /// <summary>False: servers run without a real port, for whoever looks at the world instead.</summary>
    public bool OpensPorts { get; init; } = true;
}
