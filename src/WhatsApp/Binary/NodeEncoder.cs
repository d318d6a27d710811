using System.Buffers;

namespace WhatsApp.Binary;

/// <summary>Writes nodes: the flags byte (0, never compressed) and the node.</summary>
internal static class NodeEncoder
{
    public static byte[] Encode(Node node)
    {
        using var writer = new NodeWriter();
        Write(node, writer);
        return writer.Written.ToArray();
    }

    public static void Encode(Node node, IBufferWriter<byte> output)
    {
        using var writer = new NodeWriter();
        Write(node, writer);
        output.Write(writer.Written);
    }

    /// <summary>Appends to a writer the caller owns, sparing the copy.</summary>
    internal static void Write(Node node, NodeWriter writer)
    {
        writer.WriteByte(0);
        WriteNode(node, writer);
    }

    private static void WriteNode(Node node, NodeWriter writer)
    {
        // list(1 + 2·attributes + content?): tag, then name and value of each attribute, then the content
        var attributes = node.Attributes;
        writer.WriteListSize(1 + (2 * attributes.Count) + (node.HasContent ? 1 : 0));
        writer.WriteString(node.Tag);
        for (var index = 0; index < attributes.Count; index++)
        {
            var (name, value) = attributes[index];
            writer.WriteString(name);
            if (value.TypedJid is { } jid)
            {
                writer.WriteJid(jid);
            }
            else
            {
                writer.WriteString(value.Text ?? "");
            }
        }

        if (!node.HasContent)
        {
            return;
        }

        if (node.HasTextContent)
        {
            writer.WriteString(node.Text ?? "");
        }
        else if (node.Bytes is { } bytes)
        {
            writer.WriteBytes(bytes.Span);
        }
        else
        {
            var children = node.Children;
            writer.WriteListSize(children.Count);
            for (var index = 0; index < children.Count; index++)
            {
                WriteNode(children[index], writer);
            }
        }
    }
}
