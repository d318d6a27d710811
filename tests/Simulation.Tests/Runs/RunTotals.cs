using Simulation.Tests.Histories;

namespace Simulation.Tests.Runs;

/// <summary>What some histories came to together.</summary>
internal sealed class RunTotals
{
    private long _histories;
    private long _stanzas;
    private long _steps;
    private long _kills;
    private long _drops;
    private long _shown;
    private long _sent;
    private long _retries;

    public int Failures { get; set; }

    public void Add(HistoryResult result)
    {
        _histories++;
        _stanzas += result.Stanzas;
        _steps += result.Steps;
        _kills += result.Kills;
        _drops += result.Drops;
        _shown += result.Shown;
        _sent += result.Sent;
        _retries += result.Retries;
    }

    public override string ToString() =>
        $"totals histories={_histories} failures={Failures} stanzas={_stanzas} steps={_steps} kills={_kills} drops={_drops} shown={_shown} sent={_sent} retries={_retries}";
}
