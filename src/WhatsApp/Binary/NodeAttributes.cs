using System.Collections;
using System.Globalization;

namespace WhatsApp.Binary;

/// <summary>A node's attributes in wire order. A value is a text or an address; empty and absent values are not kept.</summary>
internal sealed class NodeAttributes : IEnumerable<KeyValuePair<string, AttributeValue>>
{
    private readonly List<KeyValuePair<string, AttributeValue>> _items = [];

    public int Count => _items.Count;

    public KeyValuePair<string, AttributeValue> this[int index] => _items[index];

    /// <summary>Sets, replaces or (for an empty value) leaves out an attribute. Reading an absent one gives the empty value.</summary>
    public AttributeValue this[string name]
    {
        get
        {
            foreach (var item in _items)
            {
                if (item.Key == name)
                {
                    return item.Value;
                }
            }

            return default;
        }

        set
        {
            var index = _items.FindIndex(item => item.Key == name);
            if (value.IsEmpty)
            {
                if (index >= 0)
                {
                    _items.RemoveAt(index);
                }
            }
            else if (index >= 0)
            {
                _items[index] = new(name, value);
            }
            else
            {
                _items.Add(new(name, value));
            }
        }
    }

    /// <summary>Adds without looking for the name: for the decoder.</summary>
    internal void Append(string name, AttributeValue value) => _items.Add(new(name, value));

    public List<KeyValuePair<string, AttributeValue>>.Enumerator GetEnumerator() => _items.GetEnumerator();

    IEnumerator<KeyValuePair<string, AttributeValue>> IEnumerable<KeyValuePair<string, AttributeValue>>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>An attribute's value: a text, or an address that goes over the wire in its own typed form.</summary>
internal readonly record struct AttributeValue
{
    private readonly string? _text;
    private readonly Jid? _jid;

    private AttributeValue(string? text, Jid? jid) => (_text, _jid) = (text, jid);

    public bool IsEmpty => _jid is null && string.IsNullOrEmpty(_text);

    /// <summary>The typed address, or null when the value is plain text.</summary>
    public Jid? TypedJid => _jid;

    /// <summary>The text form; null when absent.</summary>
    public string? Text => _jid?.ToString() ?? _text;

    /// <summary>The value as an address, whether it came typed or as text; null when absent or not an address.</summary>
    public Jid? Jid => _jid ?? (WhatsApp.Jid.TryParse(_text, out var jid) ? jid : null);

    public static implicit operator AttributeValue(string? text) => new(text, null);

    public static implicit operator AttributeValue(Jid jid) => new(null, jid);

    public static implicit operator AttributeValue(Jid? jid) => new(null, jid);

    public static implicit operator AttributeValue(long number) => new(number.ToString(CultureInfo.InvariantCulture), null);

    public override string ToString() => Text ?? "";
}
