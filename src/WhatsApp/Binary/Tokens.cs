using System.Collections.Frozen;

namespace WhatsApp.Binary;

/// <summary>The dictionaries of version 3: strings that go over the wire as one or two bytes.</summary>
internal static class Tokens
{
    public const int DoubleDictionaries = 4;

    /// <summary>236 slots; slot 0 is unused.</summary>
    public static readonly string[] Single = Load("single", 236);

    /// <summary>4 times 256 slots.</summary>
    public static readonly string[][] Double = [.. Enumerable.Range(0, DoubleDictionaries).Select(number => Load($"double-{number}", 256))];

    // Token -> bytes: a single one as its index, a double one as (236 + dictionary) << 8 | index.
    private static readonly FrozenDictionary<string, ushort> Codes = Index();

    public static bool TryGetCode(string text, out ushort code) => Codes.TryGetValue(text, out code);

    private static FrozenDictionary<string, ushort> Index()
    {
        var codes = new Dictionary<string, ushort>(StringComparer.Ordinal);
        for (var index = 1; index < Single.Length; index++)
        {
            codes.TryAdd(Single[index], (ushort)index);
        }

        for (var dictionary = 0; dictionary < DoubleDictionaries; dictionary++)
        {
            for (var index = 0; index < Double[dictionary].Length; index++)
            {
                codes.TryAdd(Double[dictionary][index], (ushort)(((NodeTags.Dictionary0 + dictionary) << 8) | index));
            }
        }

        return codes.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string[] Load(string name, int count)
    {
        using var stream = typeof(Tokens).Assembly.GetManifestResourceStream($"dictionary.{name}")
            ?? throw new InvalidOperationException($"The dictionary '{name}' is not embedded.");
        using var reader = new StreamReader(stream);
        var tokens = new string[count];
        for (var index = 0; index < count; index++)
        {
            tokens[index] = reader.ReadLine() ?? throw new InvalidOperationException($"The dictionary '{name}' is too short.");
        }

        return tokens;
    }
}
