using WhatsApp.Binary;

namespace Simulation.Tests.World;

/// <summary>What the service keeps for the client until the client has answered it, oldest first.</summary>
internal sealed class Mailbox
{
    private readonly LinkedList<Entry> _entries = new();

    public int Count => _entries.Count;

    public IEnumerable<Node> Stanzas => _entries.Select(entry => entry.Stanza);

    /// <param name="stanza">As it is sent.</param>
    /// <param name="answered">Told when the client has answered: true for a receipt, false for an ack.</param>
    public void Add(Node stanza, Action<bool>? answered) => _entries.AddLast(new Entry(KeyOf(stanza, stanza.Tag, stanza.JidText("from"), stanza["type"]), stanza, answered));

    /// <summary>An answer of the client: an ack, or for a message its receipt. True when it answered something.</summary>
    public bool Answer(Node answer)
    {
        var tag = answer.Tag == "ack" ? answer["class"]! : "message";
        var key = KeyOf(answer, tag, answer.JidText("to"), answer["type"]);
        for (var entry = _entries.First; entry is not null; entry = entry.Next)
        {
            if (entry.Value.Key == key)
            {
                _entries.Remove(entry);
                entry.Value.Answered?.Invoke(answer.Tag == "receipt");
                return true;
            }
        }

        return false;
    }

    private static string KeyOf(Node node, string tag, string? other, string? type) =>
        $"{tag}|{node["id"]}|{other}|{node.JidText("participant")}|{(tag == "receipt" ? type : "")}";

    private sealed record Entry(string Key, Node Stanza, Action<bool>? Answered);
}

internal static class NodeTexts
{
    public static string? JidText(this Node node, string attribute) => node.JidOf(attribute)?.ToString();
}
