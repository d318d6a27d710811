using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Benchmarks.Comparison;

/// <summary>Collects the rounds; prints medians and ratios.</summary>
internal sealed class ComparisonTable(MachineDescription machine)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly Dictionary<Row, (List<double> Ours, List<double> Theirs)> _rates = [];
    private string _loadAtTheEnd = "";

    public void Add(IReadOnlyList<Measure> ours, IReadOnlyList<Measure> theirs)
    {
        foreach (var (one, other) in ours.Zip(theirs))
        {
            if (!_rates.TryGetValue(one.Row, out var rates))
            {
                _rates[one.Row] = rates = ([], []);
            }

            rates.Ours.Add(one.PerSecond);
            rates.Theirs.Add(other.PerSecond);
        }
    }

    public void Finish() => _loadAtTheEnd = MachineDescription.Load();

    /// <summary>The lines so far, for whoever watches.</summary>
    public string LinesOf(IEnumerable<Row> rows) => string.Join('\n', rows.Where(_rates.ContainsKey).Select(row => Line(Summarise(row))));

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("| case | ours, per s | Baileys, per s | ratio | goal | reached |");
        text.AppendLine("|---|---:|---:|---:|---:|---|");
        foreach (var row in _rates.Keys)
        {
            text.AppendLine(Line(Summarise(row)));
        }

        text.AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"Medians of {_rates.Values.Max(rates => rates.Ours.Count)} rounds, the sides in turn. {machine.Text} Load {machine.LoadAtTheStart} before, {_loadAtTheEnd} after.");
        return text.ToString();
    }

    public string ToJson() => JsonSerializer.Serialize(
        new { Machine = machine.Text, machine.LoadAtTheStart, LoadAtTheEnd = _loadAtTheEnd, Rows = _rates.Keys.Select(Summarise) }, Indented);

    private static string Line(Summary summary) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {summary.Case} | {summary.Ours:N0} | {summary.Theirs:N0} | {summary.Ratio:0.0} | {(summary.Goal is { } goal ? $"{goal:0}" : "-")} | {(summary.Goal is null ? "" : summary.Ratio >= summary.Goal ? "yes" : "no")} |");

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private Summary Summarise(Row row)
    {
        var (ours, theirs) = (Median(_rates[row].Ours), Median(_rates[row].Theirs));
        return new Summary(row.Name, ours, theirs, ours / theirs, row.Goal);
    }

    private sealed record Summary(string Case, double Ours, double Theirs, double Ratio, double? Goal);
}
