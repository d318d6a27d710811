namespace Benchmarks.Comparison;

/// <summary>One line of the table. A goal is how many times faster ours has to be; without one the line is only reported.</summary>
internal sealed record Row(string Name, double? Goal);

/// <summary>What one side did of one row in one round.</summary>
internal sealed record Measure(Row Row, int Count, TimeSpan Elapsed)
{
    public double PerSecond => Count / Elapsed.TotalSeconds;
}

/// <summary>
/// The same work done by both sides in turn, on the same inputs. What one side makes the other checks: a wrong result ends the run.
/// </summary>
internal abstract class Exchange(BaileysProcess baileys)
{
    public abstract IReadOnlyList<Row> Rows { get; }

    protected BaileysProcess Baileys { get; } = baileys;

    /// <summary>Sets up both sides; nothing here is timed.</summary>
    public abstract Task PrepareAsync();

    public abstract Task<IReadOnlyList<Measure>> OursAsync();

    public abstract Task<IReadOnlyList<Measure>> TheirsAsync();

    public virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    protected static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"The two sides do not agree: {what}.");
        }
    }
}
