using System.Numerics;
using WhatsApp.Crypto;

namespace WhatsApp.Tests.Crypto;

/// <summary>The field arithmetic of our own against the numbers of the platform.</summary>
public sealed class FieldElementTests
{
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;

    [Fact]
    public void The_edwards_form_of_edge_values_is_that_of_plain_numbers()
    {
        var near = Enumerable.Range(-40, 81);
        var edges = near.SelectMany(offset => new[] { BigInteger.Zero + offset, P + offset, BigInteger.Pow(2, 255) - 1 - Math.Abs(offset), BigInteger.Pow(2, 51) + offset, BigInteger.Pow(2, 204) + offset, ((P - 1) / 2) + offset })
            .Where(value => value.Sign >= 0 && value < BigInteger.Pow(2, 255));

        foreach (var value in edges)
        {
            var bytes = Bytes(value);
            Assert.Equal(ByNumbers(bytes), Curve25519.ToEdwardsY(bytes));
            bytes[31] |= 0x80; // not part of the number
            Assert.Equal(ByNumbers(bytes), Curve25519.ToEdwardsY(bytes));
        }
    }

    [Fact]
    public void The_edwards_form_of_two_thousand_random_values_is_that_of_plain_numbers()
    {
        var random = new Random(20_261_122);
        var bytes = new byte[32];
        for (var i = 0; i < 2000; i++)
        {
            random.NextBytes(bytes);
            Assert.Equal(ByNumbers(bytes), Curve25519.ToEdwardsY(bytes));
        }
    }

    [Fact]
    public void Limbs_full_of_ones_neither_overflow_nor_go_below_zero()
    {
        var random = new Random(51);
        for (var i = 0; i < 500; i++)
        {
            var (x, y) = (Full(random), Full(random));
            var (left, right) = (new BigInteger(x, isUnsigned: true), new BigInteger(y, isUnsigned: true));
            var (a, b) = (FieldElement.Read(x), FieldElement.Read(y));

            Assert.Equal(Bytes((left + right) % P), (a + b).ToBytes());
            Assert.Equal(Bytes((((left - right) % P) + P) % P), (a - b).ToBytes());
            Assert.Equal(Bytes(left * right % P), (a * b).ToBytes());
            Assert.Equal(Bytes((left + right) * ((((left - right) % P) + P) % P) % P), ((a + b) * (a - b)).ToBytes());
        }
    }

    /// <summary>Long runs of ones and zeros, which carry the furthest.</summary>
    private static byte[] Full(Random random)
    {
        var value = BigInteger.Zero;
        for (var bit = 0; bit < 255;)
        {
            var run = random.Next(1, 120);
            if (random.Next(3) > 0)
            {
                value |= ((BigInteger.One << Math.Min(run, 255 - bit)) - 1) << bit;
            }

            bit += run;
        }

        return Bytes(value);
    }

    private static byte[] ByNumbers(byte[] publicKey)
    {
        var masked = (byte[])publicKey.Clone();
        masked[31] &= 0x7F;
        var u = new BigInteger(masked, isUnsigned: true) % P;
        return Bytes((u - 1 + P) * BigInteger.ModPow(u + 1, P - 2, P) % P);
    }

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = new byte[32];
        Assert.True(value.TryWriteBytes(bytes, out _, isUnsigned: true));
        return bytes;
    }
}
