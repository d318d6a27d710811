namespace WhatsApp.Pairing;

/// <summary>Codes that people read and type: five bytes as eight signs without 0, I, O and U. Source: facts 6.1.</summary>
internal static class LinkingCodes
{
    public const int Size = 5;

    public const int Length = 8;

    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTVWXYZ";
    private const int BitsPerSign = 5;

    public static string Write(ReadOnlySpan<byte> bytes)
    {
        ulong bits = 0;
        foreach (var value in bytes[..Size])
        {
            bits = (bits << 8) | value;
        }

        return string.Create(Length, bits, static (signs, bits) =>
        {
            for (var i = Length - 1; i >= 0; i--, bits >>= BitsPerSign)
            {
                signs[i] = Alphabet[(int)(bits & 31)];
            }
        });
    }

    /// <summary>As people read it: XXXX-XXXX.</summary>
    public static string Shown(string code) => $"{code[..(Length / 2)]}-{code[(Length / 2)..]}";
}
