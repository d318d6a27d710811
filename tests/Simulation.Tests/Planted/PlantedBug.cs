using WhatsApp.Binary;

namespace Simulation.Tests.Planted;

/// <summary>
/// A fault put into a part of the client from outside: into the tables by triggers, into the store by telling callers too early, or
/// into the connection. The client's own code has no switch for any of them.
/// </summary>
/// <param name="Name">What a programmer would have got wrong.</param>
internal sealed record PlantedBug(string Name)
{
    /// <summary>Triggers on the session's tables.</summary>
    public string Sql { get; init; } = "";

    /// <summary>Commits whose callers go on before the data are on disk.</summary>
    public Predicate<string> IsTooEarly { get; init; } = _ => false;

    /// <summary>Changes what the client gets to see; null loses it.</summary>
    public Func<Node, Node?> Inbound { get; init; } = stanza => stanza;

    /// <summary>Made anew for each history: whether a stanza of the client goes out at all.</summary>
    public Func<Func<Node, bool>> Outbound { get; init; } = () => _ => true;
}
