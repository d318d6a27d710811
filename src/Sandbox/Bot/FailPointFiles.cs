namespace Sandbox.Bot;

/// <summary>
/// What parent and child say to each other about fail points. Files, because the child that has to speak is about to die,
/// and because a point may be armed before the child's first line runs.
/// </summary>
internal sealed class FailPointFiles(string folder)
{
    /// <summary>Points that are still to be met, one after the other, each as "NAME HIT".</summary>
    private string Plan => Path.Combine(folder, "plan");

    /// <summary>The plan the running child goes by; the answer to <see cref="Write"/>.</summary>
    private string Taken => Path.Combine(folder, "taken");

    /// <summary>Every name any child has ever reached.</summary>
    private string Reached => Path.Combine(folder, "reached");

    /// <summary>The points a child died at, in order.</summary>
    private string Killed => Path.Combine(folder, "killed");

    public IReadOnlyList<string> ReadPlan() => Read(Plan);

    public IReadOnlyList<string> ReadReached() => Read(Reached);

    public IReadOnlyList<string> ReadKilled() => Read(Killed);

    public bool IsTaken => Read(Taken).SequenceEqual(Read(Plan));

    public void Write(IReadOnlyList<string> plan)
    {
        Shared.Files.PrivateFolder.Create(folder);
        Replace(Plan, plan);
    }

    public void WriteTaken(IReadOnlyList<string> plan) => Replace(Taken, plan);

    public void NoteReached(string name) => File.AppendAllText(Reached, name + "\n");

    public void NoteKilled(string name, IReadOnlyList<string> rest)
    {
        Replace(Plan, rest);
        File.AppendAllText(Killed, name + "\n");
    }

    private static string[] Read(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];

    /// <summary>Whole or not at all: the other side may be reading.</summary>
    private static void Replace(string file, IReadOnlyList<string> lines)
    {
        File.WriteAllLines(file + ".new", lines);
        File.Move(file + ".new", file, overwrite: true);
    }
}
