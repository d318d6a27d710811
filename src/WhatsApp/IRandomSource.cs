namespace WhatsApp;

/// <summary>Where randomness comes from, so that a run can be repeated by seed.</summary>
public interface IRandomSource
{
    /// <summary>Fills the whole buffer with random bytes.</summary>
    void Fill(Span<byte> buffer);
}

/// <summary>The operating system's cryptographic generator.</summary>
public sealed class SystemRandomSource : IRandomSource
{
    /// <inheritdoc />
    public void Fill(Span<byte> buffer) => System.Security.Cryptography.RandomNumberGenerator.Fill(buffer);
}
