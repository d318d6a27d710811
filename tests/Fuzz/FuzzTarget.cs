namespace Fuzz;

/// <summary>One door for bytes of strangers. <see cref="Run"/> returns for good bytes and for those refused in the ways allowed; anything thrown is a find.</summary>
/// <param name="Name">Also the name of its corpus.</param>
/// <param name="Seeds">Good input to begin with.</param>
/// <param name="Run">Reads the bytes.</param>
internal sealed record FuzzTarget(string Name, Func<IEnumerable<byte[]>> Seeds, Action<byte[]> Run)
{
    /// <summary>A target that may refuse by one kind of exception.</summary>
    public static FuzzTarget Refusing<TRefusal>(string name, Func<IEnumerable<byte[]>> seeds, Action<byte[]> read)
        where TRefusal : Exception => new(name, seeds, bytes =>
        {
            try
            {
                read(bytes);
            }
            catch (TRefusal)
            {
                return; // the refusal this door knows
            }
        });

    /// <summary>What must hold for every input that was taken.</summary>
    public static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"It does not hold that {what}.");
        }
    }
}
