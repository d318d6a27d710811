using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace WhatsApp.Binary;

/// <summary>Reads the node of one frame. Content bytes are slices of the payload, not copies.</summary>
internal static class NodeDecoder
{
    /// <exception cref="MalformedNodeException">Anything else than exactly one node within the limits. Nothing else is thrown, whatever the bytes.</exception>
    public static Node Decode(ReadOnlyMemory<byte> payload, NodeLimits? limits = null)
    {
        limits ??= NodeLimits.Default;
        if (payload.IsEmpty)
        {
            throw new MalformedNodeException("the frame is empty");
        }

        // flags, then the node, perhaps deflated
        var data = (payload.Span[0] & NodeTags.CompressedFlag) == 0 ? payload[1..] : Inflate(payload[1..], limits.InflatedSize);
        return new NodeParser(data, limits).ParseAll();
    }

    private static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> deflated, int cap)
    {
        if (!MemoryMarshal.TryGetArray(deflated, out var segment) || segment.Array is null)
        {
            segment = deflated.ToArray();
        }

        using var source = new MemoryStream(segment.Array ?? [], segment.Offset, segment.Count, writable: false);
        using var zlib = new ZLibStream(source, CompressionMode.Decompress);
        var output = new ArrayBufferWriter<byte>(Math.Clamp(deflated.Length * 4, 256, cap + 1));
        try
        {
            int read;
            while ((read = zlib.Read(output.GetSpan(256))) > 0)
            {
                output.Advance(read);
                if (output.WrittenCount > cap)
                {
                    throw new MalformedNodeException($"the node inflates to more than {cap} bytes");
                }
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw new MalformedNodeException("the node does not inflate", fault);
        }

        return output.WrittenMemory;
    }
}
