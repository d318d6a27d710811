using System.Buffers.Binary;

namespace WhatsApp.Crypto;

/// <summary>
/// A number modulo 2^255 - 19 as five limbs of 51 bits, least first; limbs may be a little over between operations.
/// For public values only: it makes no promise about time. libsodium keeps its own field arithmetic to itself.
/// </summary>
internal readonly struct FieldElement(ulong a, ulong b, ulong c, ulong d, ulong e)
{
    private const int LimbBits = 51;
    private const ulong Mask = (1UL << LimbBits) - 1;

    /// <summary>What lies above bit 255 comes back as so many times itself: 2^255 = 19.</summary>
    private const ulong Fold = 19;

    private readonly ulong _a = a, _b = b, _c = c, _d = d, _e = e;

    public static FieldElement One => new(1, 0, 0, 0, 0);

    /// <summary>32 bytes, least first. The top bit does not belong to the number and is ignored.</summary>
    public static FieldElement Read(ReadOnlySpan<byte> bytes)
    {
        var (w0, w1, w2, w3) = (Word(bytes, 0), Word(bytes, 1), Word(bytes, 2), Word(bytes, 3));
        return new(w0 & Mask, ((w0 >> 51) | (w1 << 13)) & Mask, ((w1 >> 38) | (w2 << 26)) & Mask, ((w2 >> 25) | (w3 << 39)) & Mask, (w3 >> 12) & Mask);
    }

    /// <summary>The one form below the modulus, 32 bytes.</summary>
    public byte[] ToBytes()
    {
        // Two rounds of carrying leave less than 2^255; adding 19 then shows in bit 255 whether the modulus has to go.
        var v = Carried().Carried();
        var over = (v._a + Fold) >> LimbBits;
        over = (v._b + over) >> LimbBits;
        over = (v._c + over) >> LimbBits;
        over = (v._d + over) >> LimbBits;
        over = (v._e + over) >> LimbBits;

        var a = v._a + (Fold * over);
        var b = v._b + (a >> LimbBits);
        var c = v._c + (b >> LimbBits);
        var d = v._d + (c >> LimbBits);
        var e = (v._e + (d >> LimbBits)) & Mask;
        (a, b, c, d) = (a & Mask, b & Mask, c & Mask, d & Mask);

        var bytes = new byte[32];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, a | (b << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), (b >> 13) | (c << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), (c >> 26) | (d << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), (d >> 39) | (e << 12));
        return bytes;
    }

    public static FieldElement operator +(in FieldElement x, in FieldElement y) =>
        new FieldElement(x._a + y._a, x._b + y._b, x._c + y._c, x._d + y._d, x._e + y._e).Carried();

    public static FieldElement operator -(in FieldElement x, in FieldElement y)
    {
        // Twice the modulus first, so that no limb goes below zero.
        const ulong least = (Mask << 1) - (2 * (Fold - 1)), other = Mask << 1;
        return new FieldElement(x._a + least - y._a, x._b + other - y._b, x._c + other - y._c, x._d + other - y._d, x._e + other - y._e).Carried();
    }

    public static FieldElement operator *(in FieldElement x, in FieldElement y)
    {
        // Schoolbook; what would land above the fifth limb is folded down.
        var (fb, fc, fd, fe) = (y._b * Fold, y._c * Fold, y._d * Fold, y._e * Fold);
        var a = Math.BigMul(x._a, y._a) + Math.BigMul(x._b, fe) + Math.BigMul(x._c, fd) + Math.BigMul(x._d, fc) + Math.BigMul(x._e, fb);
        var b = Math.BigMul(x._a, y._b) + Math.BigMul(x._b, y._a) + Math.BigMul(x._c, fe) + Math.BigMul(x._d, fd) + Math.BigMul(x._e, fc);
        var c = Math.BigMul(x._a, y._c) + Math.BigMul(x._b, y._b) + Math.BigMul(x._c, y._a) + Math.BigMul(x._d, fe) + Math.BigMul(x._e, fd);
        var d = Math.BigMul(x._a, y._d) + Math.BigMul(x._b, y._c) + Math.BigMul(x._c, y._b) + Math.BigMul(x._d, y._a) + Math.BigMul(x._e, fe);
        var e = Math.BigMul(x._a, y._e) + Math.BigMul(x._b, y._d) + Math.BigMul(x._c, y._c) + Math.BigMul(x._d, y._b) + Math.BigMul(x._e, y._a);

        b += Above(a);
        c += Above(b);
        d += Above(c);
        e += Above(d);
        var first = ((ulong)a & Mask) + (Above(e) * Fold);
        return new FieldElement(first & Mask, ((ulong)b & Mask) + (first >> LimbBits), (ulong)c & Mask, (ulong)d & Mask, (ulong)e & Mask);
    }

    /// <summary>One divided by this; zero for zero. By Fermat: this to the power of 2^255 - 21.</summary>
    public FieldElement Invert()
    {
        var two = this * this;
        var nine = two.Squared(2) * this;
        var eleven = nine * two;
        var ones5 = eleven.Squared(1) * nine; // to the power of five one-bits, and so on
        var ones10 = ones5.Squared(5) * ones5;
        var ones20 = ones10.Squared(10) * ones10;
        var ones40 = ones20.Squared(20) * ones20;
        var ones50 = ones40.Squared(10) * ones10;
        var ones100 = ones50.Squared(50) * ones50;
        var ones200 = ones100.Squared(100) * ones100;
        var ones250 = ones200.Squared(50) * ones50;
        return ones250.Squared(5) * eleven;
    }

    private FieldElement Squared(int times)
    {
        var result = this;
        for (; times > 0; times--)
        {
            result *= result;
        }

        return result;
    }

    private FieldElement Carried()
    {
        var b = _b + (_a >> LimbBits);
        var c = _c + (b >> LimbBits);
        var d = _d + (c >> LimbBits);
        var e = _e + (d >> LimbBits);
        return new((_a & Mask) + ((e >> LimbBits) * Fold), b & Mask, c & Mask, d & Mask, e & Mask);
    }

    /// <summary>A sum of products is below 2^115, so what lies above the limb fits a word.</summary>
    private static ulong Above(UInt128 sum) => (ulong)(sum >> LimbBits);

    private static ulong Word(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * index)..]);
}
