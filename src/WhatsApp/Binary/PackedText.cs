using System.Buffers;

namespace WhatsApp.Binary;

/// <summary>Two characters a byte, for texts of digits or of upper-case hexadecimal.</summary>
internal static class PackedText
{
    private const int MaxLength = 127;
    private const byte OddFlag = 0x80;
    private const string NibbleAlphabet = "0123456789-.";
    private const string HexAlphabet = "0123456789ABCDEF";

    private static readonly SearchValues<char> Nibbles = SearchValues.Create(NibbleAlphabet);
    private static readonly SearchValues<char> Hex = SearchValues.Create(HexAlphabet);

    /// <summary>Writes the packed form; false when the text has none.</summary>
    public static bool TryWrite(string text, NodeWriter writer)
    {
        if (text.Length > MaxLength)
        {
            return false;
        }

        byte tag;
        if (!text.AsSpan().ContainsAnyExcept(Nibbles))
        {
            tag = NodeTags.Nibble8;
        }
        else if (!text.AsSpan().ContainsAnyExcept(Hex))
        {
            tag = NodeTags.Hex8;
        }
        else
        {
            return false;
        }

        // header = bytes | odd flag; high nibble first; an odd text's last low nibble is F
        var size = (text.Length + 1) / 2;
        var output = writer.Reserve(2 + size);
        output[0] = tag;
        output[1] = (byte)(size | (text.Length % 2 == 0 ? 0 : OddFlag));
        for (var index = 0; index < size; index++)
        {
            var high = Value(text[2 * index]);
            var low = (2 * index) + 1 < text.Length ? Value(text[(2 * index) + 1]) : 0xF;
            output[2 + index] = (byte)((high << 4) | low);
        }

        return true;
    }

    /// <param name="tag">Which alphabet.</param>
    /// <param name="header">The length byte.</param>
    /// <param name="packed">The bytes it announced.</param>
    public static string Read(byte tag, byte header, ReadOnlySpan<byte> packed)
    {
        var alphabet = tag == NodeTags.Nibble8 ? NibbleAlphabet : HexAlphabet;
        var length = (packed.Length * 2) - ((header & OddFlag) == 0 ? 0 : 1);
        if (length < 0)
        {
            throw new MalformedNodeException("a packed text is shorter than nothing");
        }

        Span<char> text = stackalloc char[2 * MaxLength];
        for (var index = 0; index < length; index++)
        {
            var nibble = index % 2 == 0 ? packed[index / 2] >> 4 : packed[index / 2] & 0xF;
            if (nibble >= alphabet.Length)
            {
                throw new MalformedNodeException("a packed text holds an unknown digit");
            }

            text[index] = alphabet[nibble];
        }

        return new string(text[..length]);
    }

    private static int Value(char character) => character switch
    {
        '-' => 10,
        '.' => 11,
        >= 'A' => character - 'A' + 10,
        _ => character - '0',
    };
}
