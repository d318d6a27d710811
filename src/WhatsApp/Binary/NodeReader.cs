using System.Globalization;

namespace WhatsApp.Binary;

/// <summary>Reads one node's attributes and children by name, collecting every fault; <see cref="ThrowIfMalformed"/> then names them all, never a value.</summary>
/// <remarks>After a fault a required read gives a stand-in (empty text, default address, 0, an empty node), so that reading goes on to the end.</remarks>
internal sealed class NodeReader
{
    private const long MaxUnixSeconds = 253_402_300_799; // end of the year 9999

    private readonly Node _node;
    private readonly string _tag;
    private readonly List<string> _problems = [];

    public NodeReader(Node node, string tag)
    {
        _node = node;
        _tag = tag;
        if (node.Tag != tag)
        {
            _problems.Add("the node has another tag");
        }
    }

    public string RequiredString(string name) => OptionalString(name) ?? Missing(name, "");

    public string? OptionalString(string name) => _node[name];

    public Jid RequiredJid(string name) => Has(name) ? OptionalJid(name) ?? default : Missing(name, default(Jid));

    public Jid? OptionalJid(string name) => Optional(name, "an address", _node.JidOf(name));

    public DateTimeOffset RequiredUnixSeconds(string name) => Has(name) ? OptionalUnixSeconds(name) ?? default : Missing(name, default(DateTimeOffset));

    public DateTimeOffset? OptionalUnixSeconds(string name) =>
        Optional<DateTimeOffset>(name, "a time in Unix seconds", NumberOf(name) is { } seconds and >= 0 and <= MaxUnixSeconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null);

    public int RequiredInt(string name) => Has(name) ? OptionalInt(name) ?? 0 : Missing(name, 0);

    public int? OptionalInt(string name) =>
        Optional<int>(name, "a whole number", NumberOf(name) is { } number and >= int.MinValue and <= int.MaxValue ? (int)number : null);

    public Node RequiredChild(string tag)
    {
        if (_node.Child(tag) is { } child)
        {
            return child;
        }

        _problems.Add($"child <{tag}> is missing");
        return new Node(tag);
    }

    public Node? OptionalChild(string tag) => _node.Child(tag);

    /// <summary>The content bytes of a child.</summary>
    /// <param name="childTag">The child's tag.</param>
    /// <param name="length">The exact number of bytes; any when null.</param>
    public byte[] RequiredBytes(string childTag, int? length = null)
    {
        if (_node.Child(childTag) is not { } child)
        {
            _problems.Add($"child <{childTag}> is missing");
        }
        else if (child.Bytes is not { } bytes)
        {
            _problems.Add($"child <{childTag}> holds no bytes");
        }
        else if (length is { } wanted && bytes.Length != wanted)
        {
            _problems.Add($"child <{childTag}> holds {bytes.Length} bytes instead of {wanted}");
        }
        else
        {
            return bytes.ToArray();
        }

        return length is { } size ? new byte[size] : [];
    }

    /// <exception cref="MalformedNodeException">At least one fault was met; the message names them all.</exception>
    public void ThrowIfMalformed()
    {
        if (_problems.Count > 0)
        {
            throw new MalformedNodeException(_tag, [.. _problems]);
        }
    }

    private bool Has(string name) => !_node.Attributes[name].IsEmpty;

    private long? NumberOf(string name) =>
        long.TryParse(_node[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private T? Optional<T>(string name, string kind, T? value)
        where T : struct
    {
        if (value is null && Has(name))
        {
            _problems.Add($"attribute '{name}' is not {kind}");
        }

        return value;
    }

    private T Missing<T>(string name, T standIn)
    {
        _problems.Add($"attribute '{name}' is missing");
        return standIn;
    }
}
