using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace WhatsApp.Wire.Resolving;

/// <summary>The address kinds asked for.</summary>
internal enum DnsRecordType : ushort
{
    A = 1,
    Aaaa = 28,
}

/// <summary>One question to a name server and its answer (RFC 1035, 3596).</summary>
internal static class DnsMessage
{
    public const int MaxSize = 4096;

    private const int HeaderSize = 12;
    private const ushort InternetClass = 1;
    private const ushort CanonicalName = 5;
    private const int MaxName = 255;

    /// <exception cref="ArgumentException">Not a host name.</exception>
    public static byte[] Question(ushort id, string host, DnsRecordType type)
    {
        // id, flags (recursion desired), counts 1 0 0 0; labels, type, class
        var labels = host.TrimEnd('.').Split('.');
        var message = new byte[HeaderSize + labels.Sum(label => label.Length + 1) + 1 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        message[2] = 1;
        message[5] = 1;
        var position = HeaderSize;
        foreach (var label in labels)
        {
            if (label.Length is 0 or > 63 || !Ascii.IsValid(label))
            {
                throw new ArgumentException("The name is not a host name.", nameof(host));
            }

            message[position++] = (byte)label.Length;
            position += Encoding.ASCII.GetBytes(label, message.AsSpan(position));
        }

        position++;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(position), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(position + 2), InternetClass);
        return message;
    }

    /// <summary>Reads a datagram as the answer to one question.</summary>
    /// <returns>The addresses, none when the server says there are none or that it failed; null when the datagram is no answer to this question.</returns>
    public static IReadOnlyList<IPAddress>? Addresses(ReadOnlySpan<byte> message, ushort id, string host, DnsRecordType type)
    {
        if (message.Length < HeaderSize
            || BinaryPrimitives.ReadUInt16BigEndian(message) != id
            || (message[2] & 0xF8) != 0x80 // an answer to a standard query
            || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
        {
            return null;
        }

        var position = HeaderSize;
        if (ReadName(message, ref position) is not { } asked
            || !Same(asked, host.TrimEnd('.'))
            || !TryRead16(message, ref position, out var askedType) || askedType != (ushort)type
            || !TryRead16(message, ref position, out var askedClass) || askedClass != InternetClass)
        {
            return null;
        }

        return (message[3] & 0x0F) == 0 ? Answers(message, position, asked, type) : [];
    }

    private static List<IPAddress>? Answers(ReadOnlySpan<byte> message, int position, string asked, DnsRecordType type)
    {
        // records of the name asked for, or of a name it is an alias of; anything else is not ours to believe
        List<IPAddress> addresses = [];
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase) { asked };
        var size = type == DnsRecordType.A ? 4 : 16;
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(message[6..]); left > 0; left--)
        {
            if (ReadName(message, ref position) is not { } name
                || !TryRead16(message, ref position, out var recordType)
                || !TryRead16(message, ref position, out var recordClass)
                || (position += 4) > message.Length // time to live
                || !TryRead16(message, ref position, out var length)
                || position + length > message.Length)
            {
                return null;
            }

            var data = position;
            position += length;
            if (recordClass != InternetClass || !names.Contains(name))
            {
                continue;
            }

            if (recordType == CanonicalName && ReadName(message, ref data) is { } alias)
            {
                names.Add(alias);
            }
            else if (recordType == (ushort)type && length == size)
            {
                addresses.Add(new IPAddress(message.Slice(data, size)));
            }
        }

        return addresses;
    }

    private static string? ReadName(ReadOnlySpan<byte> message, ref int position)
    {
        var name = new StringBuilder();
        var at = position;
        var jumped = false;
        for (var steps = 0; steps < 128 && at < message.Length && name.Length <= MaxName; steps++)
        {
            int size = message[at];
            if (size == 0)
            {
                position = jumped ? position : at + 1;
                return name.ToString();
            }

            if ((size & 0xC0) == 0xC0)
            {
                if (at + 1 >= message.Length)
                {
                    return null;
                }

                position = jumped ? position : at + 2;
                jumped = true;
                at = ((size & 0x3F) << 8) | message[at + 1];
                continue;
            }

            if (size > 63 || at + 1 + size > message.Length)
            {
                return null;
            }

            _ = name.Append(name.Length == 0 ? "" : ".").Append(Encoding.Latin1.GetString(message.Slice(at + 1, size)));
            at += 1 + size;
        }

        return null;
    }

    private static bool TryRead16(ReadOnlySpan<byte> message, ref int position, out ushort value)
    {
        value = 0;
        if (position + 2 > message.Length)
        {
            return false;
        }

        value = BinaryPrimitives.ReadUInt16BigEndian(message[position..]);
        position += 2;
        return true;
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
