namespace Provisioning.Panel;

/// <summary>While the panel cannot be reached no request is tried for so long; steps wait and nothing is counted.</summary>
internal static class PanelCircuit
{
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);
}

/// <summary>Time-outs and pauses of the network: the machine's own clock, for the network does not follow the domain's.</summary>
internal sealed record NetworkClock(TimeProvider Time);
