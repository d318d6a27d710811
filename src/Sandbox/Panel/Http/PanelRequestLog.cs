using System.Collections.Concurrent;

namespace Sandbox.Panel.Http;

/// <summary>One request as the panel saw it. Status 0: the connection was cut without an answer.</summary>
internal sealed record PanelRequestEntry(DateTimeOffset At, string Route, string Path, int Status);

/// <summary>Every request since the start, in order; for tests and the sandbox page.</summary>
internal sealed class PanelRequestLog
{
    private readonly ConcurrentQueue<PanelRequestEntry> entries = new();

    public IReadOnlyList<PanelRequestEntry> Entries => [.. entries];

    public void Add(PanelRequestEntry entry) => entries.Enqueue(entry);

    public int Count(string route) => entries.Count(entry => entry.Route == route);

    public IReadOnlyDictionary<string, int> CountsByRoute() =>
        entries.GroupBy(entry => entry.Route).ToDictionary(group => group.Key, group => group.Count());
}
