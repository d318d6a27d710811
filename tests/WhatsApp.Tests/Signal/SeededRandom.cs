namespace WhatsApp.Tests.Signal;

/// <summary>Makes a run repeatable. Not for keys of anybody.</summary>
internal sealed class SeededRandom(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> buffer) => _random.NextBytes(buffer);
}
