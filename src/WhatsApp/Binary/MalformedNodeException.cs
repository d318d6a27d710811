namespace WhatsApp.Binary;

/// <summary>Bytes that are no node, or a node that lacks what its kind requires. Names faults, never values.</summary>
internal sealed class MalformedNodeException : Exception
{
    public MalformedNodeException(string problem, Exception? inner = null)
        : base($"The frame holds no valid node: {problem}.", inner) => Problems = [problem];

    public MalformedNodeException(string tag, IReadOnlyList<string> problems)
        : base($"<{tag}> is malformed: {string.Join("; ", problems)}") => Problems = problems;

    public IReadOnlyList<string> Problems { get; }
}
