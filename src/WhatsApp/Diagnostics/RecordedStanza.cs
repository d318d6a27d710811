using WhatsApp.Binary;

namespace WhatsApp.Diagnostics;

/// <summary>
/// The skeleton of a stanza: tags, attributes, and of all content only its length. Holds nothing of a message, a key or a token,
/// and no part of a frame's memory. Attributes are still as they were: only <see cref="Redaction"/> may show them.
/// </summary>
internal sealed record RecordedStanza(string Tag, IReadOnlyList<KeyValuePair<string, AttributeValue>> Attributes, IReadOnlyList<RecordedStanza> Children, int? ContentLength)
{
    /// <summary>A roster of a thousand members is recorded as its first few: the ring must stay small.</summary>
    public const int MostNodes = 48;
    private const int MostAttributes = 24;
    private const int MostDepth = 8;
    private const int LongestValue = 256;

    public static RecordedStanza Of(Node stanza)
    {
        var budget = MostNodes;
        return Of(stanza, MostDepth, ref budget);
    }

    private static RecordedStanza Of(Node node, int depth, ref int budget)
    {
        budget--;
        var attributes = new List<KeyValuePair<string, AttributeValue>>(node.Attributes.Count);
        foreach (var attribute in node.Attributes)
        {
            if (attributes.Count < MostAttributes && (attribute.Value.TypedJid is not null || attribute.Value.Text is { Length: <= LongestValue }))
            {
                attributes.Add(attribute);
            }
        }

        List<RecordedStanza> children = [];
        foreach (var child in node.Children)
        {
            if (budget <= 0 || depth == 0)
            {
                break;
            }

            children.Add(Of(child, depth - 1, ref budget));
        }

        return new RecordedStanza(node.Tag, attributes, children, node.Children.Count == 0 && node.HasContent ? node.Bytes?.Length : null);
    }
}
