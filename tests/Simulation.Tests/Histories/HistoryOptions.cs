using Simulation.Tests.Planted;

namespace Simulation.Tests.Histories;

/// <summary>How to run one history.</summary>
/// <param name="Seed">All of its chance.</param>
internal sealed record HistoryOptions(ulong Seed)
{
    /// <summary>Stanzas, both directions together, before the storm ends.</summary>
    public int Stanzas { get; init; } = 100;

    /// <summary>A fault put into the client's parts; null for the client as it is.</summary>
    public PlantedBug? Bug { get; init; }

    /// <summary>Told each step, for reading along.</summary>
    public Action<string>? Trace { get; init; }
}

/// <summary>What a history that kept all promises came to.</summary>
/// <param name="Hash">Over every stanza with its time and direction: equal for equal histories.</param>
internal sealed record HistoryResult(string Hash, int Stanzas, int Steps, int Kills, int Drops, int Shown, int Sent, int Retries);

/// <summary>A promise was broken in a history.</summary>
internal sealed class HistoryFailedException(ulong seed, string? bug, Exception reason, HistoryProgress progress)
    : Exception($"Seed {seed}{(bug is null ? "" : $" with the bug \"{bug}\"")} after {progress.Stanzas} stanzas and {progress.Kills} kills: {reason.Message}", reason);

internal sealed record HistoryProgress(int Stanzas, int Steps, int Kills);
