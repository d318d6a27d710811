using System.Buffers.Binary;

namespace Fuzz;

/// <summary>Makes new input from known input: a few small changes, or two inputs put together.</summary>
internal sealed class Mutator(Random chance, List<byte[]> pool)
{
    private const int Longest = 4096;
    private static readonly byte[] Telling = [0, 1, 2, 0x7F, 0x80, 0xF8, 0xF9, 0xFC, 0xFD, 0xFE, 0xFF];

    public void Add(byte[] input) => pool.Add(input);

    public byte[] Next()
    {
        var input = new List<byte>(pool[chance.Next(pool.Count)]);
        for (var changes = 1 + chance.Next(4); changes > 0; changes--)
        {
            Change(input);
        }

        return input.Count > Longest ? [.. input.Take(Longest)] : [.. input];
    }

    private void Change(List<byte> input)
    {
        var at = chance.Next(input.Count + 1);
        var (isInside, length) = (at < input.Count, Math.Min(input.Count - at, 1 + chance.Next(16)));
        switch (chance.Next(9))
        {
            case 0 when isInside:
                input[at] ^= (byte)(1 << chance.Next(8));
                break;
            case 1 when isInside:
                input[at] = (byte)chance.Next(256);
                break;
            case 2 when isInside:
                input[at] = Telling[chance.Next(Telling.Length)];
                break;
            case 3 when isInside:
                input[at] = (byte)(input[at] + chance.Next(-8, 9));
                break;
            case 4:
                input.RemoveRange(at, length);
                break;
            case 5:
                input.InsertRange(at, input.Skip(at).Take(length).ToArray());
                break;
            case 6:
                input.Insert(at, Telling[chance.Next(Telling.Length)]);
                break;
            case 7 when input.Count - at >= sizeof(uint):
                var number = new byte[sizeof(uint)];
                BinaryPrimitives.WriteUInt32BigEndian(number, (uint)chance.Next() >> chance.Next(32));
                input.RemoveRange(at, sizeof(uint));
                input.InsertRange(at, number);
                break;
            default:
                var other = pool[chance.Next(pool.Count)];
                var from = chance.Next(other.Length + 1);
                input.RemoveRange(at, input.Count - at);
                input.AddRange(other.Skip(from));
                break;
        }
    }
}
