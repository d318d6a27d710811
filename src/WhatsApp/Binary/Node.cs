using System.Text;

namespace WhatsApp.Binary;

/// <summary>One element of the binary XML stream: a tag, attributes, and as content child nodes, bytes, a text, or nothing.</summary>
internal sealed class Node
{
    private readonly object? _content; // IReadOnlyList<Node>, ReadOnlyMemory<byte> or string

    public Node(string tag, NodeAttributes? attributes = null, params IReadOnlyList<Node> children)
    {
        Tag = tag;
        Attributes = attributes ?? [];
        _content = children.Count == 0 ? null : children;
    }

    public Node(string tag, NodeAttributes? attributes, ReadOnlyMemory<byte> bytes)
    {
        Tag = tag;
        Attributes = attributes ?? [];
        _content = bytes;
    }

    public Node(string tag, NodeAttributes? attributes, string text)
    {
        Tag = tag;
        Attributes = attributes ?? [];
        _content = text;
    }

    public string Tag { get; }

    public NodeAttributes Attributes { get; }

    /// <summary>The child nodes; empty when the content is something else.</summary>
    public IReadOnlyList<Node> Children => _content as IReadOnlyList<Node> ?? [];

    /// <summary>The content bytes; a text's UTF-8; null when there is neither.</summary>
    public ReadOnlyMemory<byte>? Bytes => _content switch
    {
        ReadOnlyMemory<byte> bytes => bytes,
        string text => Encoding.UTF8.GetBytes(text),
        _ => default(ReadOnlyMemory<byte>?), // a plain null would become an empty memory
    };

    /// <summary>The content as text, whether it came as a token or as bytes; null when there is neither.</summary>
    public string? Text => _content switch
    {
        ReadOnlyMemory<byte> bytes => Encoding.UTF8.GetString(bytes.Span),
        string text => text,
        _ => null,
    };

    /// <summary>True when the content is written as a string value (token, packed or raw) instead of raw bytes.</summary>
    public bool HasTextContent => _content is string;

    public bool HasContent => _content is not null;

    /// <summary>Text form of an attribute; null when absent.</summary>
    public string? this[string attribute] => Attributes[attribute].Text;

    /// <summary>An attribute as an address; null when absent or not an address.</summary>
    public Jid? JidOf(string attribute) => Attributes[attribute].Jid;

    public Node? Child(string tag)
    {
        foreach (var child in Children)
        {
            if (child.Tag == tag)
            {
                return child;
            }
        }

        return null;
    }

    public IEnumerable<Node> ChildrenOf(string tag) => Children.Where(child => child.Tag == tag);

    /// <summary>Tag and attribute names only: values may be personal.</summary>
    public override string ToString() => $"<{Tag} {string.Join(' ', Attributes.Select(item => item.Key))}>";
}
