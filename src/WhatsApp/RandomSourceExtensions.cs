using System.Buffers.Binary;

namespace WhatsApp;

internal static class RandomSourceExtensions
{
    public static byte[] Bytes(this IRandomSource random, int count)
    {
        var bytes = new byte[count];
        random.Fill(bytes);
        return bytes;
    }

    /// <summary>1 to 2^31-1.</summary>
    public static uint PositiveInt31(this IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[4];
        random.Fill(bytes);
        var value = BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0x7FFF_FFFF;
        return value == 0 ? 1 : value;
    }

    /// <summary>0 (included) to 1 (excluded).</summary>
    public static double Fraction(this IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[8];
        random.Fill(bytes);
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 11) / (double)(1UL << 53);
    }
}
