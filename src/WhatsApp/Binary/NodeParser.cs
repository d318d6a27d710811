using System.Buffers.Binary;
using System.Text;

namespace WhatsApp.Binary;

/// <summary>One pass over one frame's bytes. Every read checks the bytes left first.</summary>
internal ref struct NodeParser(ReadOnlyMemory<byte> data, NodeLimits limits)
{
    private readonly ReadOnlySpan<byte> _span = data.Span;
    private int _position;
    private int _nodes;

    public Node ParseAll()
    {
        var node = ReadNode(depth: 1);
        return _position == _span.Length ? node : throw new MalformedNodeException("bytes are left after the node");
    }

    private Node ReadNode(int depth)
    {
        if (depth > limits.Depth)
        {
            throw new MalformedNodeException($"nodes are nested deeper than {limits.Depth}");
        }

        if (++_nodes > limits.Nodes)
        {
            throw new MalformedNodeException($"the frame holds more than {limits.Nodes} nodes");
        }

        var size = ReadListSize(ReadByte());
        if (size == 0)
        {
            throw new MalformedNodeException("a node is an empty list");
        }

        var tag = ReadString(ReadByte());
        if (tag.Length == 0)
        {
            throw new MalformedNodeException("a node has no tag");
        }

        var attributes = new NodeAttributes();
        for (var pair = (size - 1) / 2; pair > 0; pair--)
        {
            var name = ReadString(ReadByte());
            var value = ReadAttributeValue();
            if (!value.IsEmpty)
            {
                attributes.Append(name, value);
            }
        }

        return size % 2 == 1 ? new Node(tag, attributes) : ReadContent(tag, attributes, depth);
    }

    private Node ReadContent(string tag, NodeAttributes attributes, int depth)
    {
        var first = ReadByte();
        switch (first)
        {
            case NodeTags.ListEmpty or NodeTags.List8 or NodeTags.List16:
                var count = ReadListSize(first);
                if (count > (_span.Length - _position) / 2) // the shortest node has more than 2 bytes: refuse before allocating
                {
                    throw new MalformedNodeException("a list announces more than the frame holds");
                }

                var children = new Node[count];
                for (var index = 0; index < count; index++)
                {
                    children[index] = ReadNode(depth + 1);
                }

                return new Node(tag, attributes, children);
            case NodeTags.Binary8 or NodeTags.Binary20 or NodeTags.Binary32:
                var size = ReadBytesSize(first);
                _ = Take(size);
                return new Node(tag, attributes, data.Slice(_position - size, size));
            case NodeTags.InteropJid or NodeTags.MessengerJid or NodeTags.DeviceJid or NodeTags.JidPair:
                return new Node(tag, attributes, ReadJid(first).ToString());
            default:
                return new Node(tag, attributes, ReadString(first));
        }
    }

    private AttributeValue ReadAttributeValue()
    {
        var first = ReadByte();
        return first is NodeTags.InteropJid or NodeTags.MessengerJid or NodeTags.DeviceJid or NodeTags.JidPair
            ? ReadJid(first)
            : ReadString(first);
    }

    private Jid ReadJid(byte form)
    {
        switch (form)
        {
            case NodeTags.JidPair:
                return new Jid(ReadString(ReadByte()), ReadServer());
            case NodeTags.DeviceJid:
                var domain = ReadByte();
                var device = ReadByte();
                return JidForms.OfDevice(domain, device, ReadUser());
            case NodeTags.MessengerJid:
                var user = ReadUser();
                var messengerDevice = ReadUInt16();
                return new Jid(user, ReadServer(), messengerDevice);
            default:
                var interopUser = ReadUser();
                var interopDevice = ReadUInt16();
                var integrator = ReadUInt16();
                return JidForms.OfInterop(interopUser, interopDevice, integrator, ReadServer());
        }
    }

    private string ReadUser() => ReadString(ReadByte()) is { Length: > 0 } user ? user : throw new MalformedNodeException("an address has no user");

    private string ReadServer() => ReadString(ReadByte()) is { Length: > 0 } server ? server : throw new MalformedNodeException("an address has no server");

    private string ReadString(byte first)
    {
        switch (first)
        {
            case NodeTags.ListEmpty:
                return "";
            case < NodeTags.Dictionary0:
                return Tokens.Single[first];
            case <= NodeTags.Dictionary3:
                return Tokens.Double[first - NodeTags.Dictionary0][ReadByte()];
            case NodeTags.Binary8 or NodeTags.Binary20 or NodeTags.Binary32:
                return Encoding.UTF8.GetString(Take(ReadBytesSize(first)));
            case NodeTags.Hex8 or NodeTags.Nibble8:
                var header = ReadByte();
                return PackedText.Read(first, header, Take(header & 0x7F));
            default:
                throw new MalformedNodeException($"a text begins with the unknown byte {first}");
        }
    }

    private int ReadListSize(byte first)
    {
        var size = first switch
        {
            NodeTags.ListEmpty => 0,
            NodeTags.List8 => ReadByte(),
            NodeTags.List16 => ReadUInt16(),
            _ => throw new MalformedNodeException($"a list begins with the unknown byte {first}"),
        };
        return size <= limits.ListSize ? size : throw new MalformedNodeException($"a list has more than {limits.ListSize} elements");
    }

    private int ReadBytesSize(byte first)
    {
        switch (first)
        {
            case NodeTags.Binary8:
                return ReadByte();
            case NodeTags.Binary20:
                var three = Take(3);
                return ((three[0] & 0x0F) << 16) | (three[1] << 8) | three[2];
            default:
                var size = BinaryPrimitives.ReadUInt32BigEndian(Take(4));
                return size <= int.MaxValue ? (int)size : throw new MalformedNodeException("a value announces more than the frame holds");
        }
    }

    private ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    private byte ReadByte() => _position < _span.Length ? _span[_position++] : throw Truncated();

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _span.Length - _position)
        {
            throw Truncated();
        }

        _position += count;
        return _span.Slice(_position - count, count);
    }

    private static MalformedNodeException Truncated() => new("the frame ends in the middle of the node");
}
