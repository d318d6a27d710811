using System.Security.Cryptography;

namespace Shared.Chance;

/// <summary>Where the domain's randomness comes from, so that a run can be repeated by seed.</summary>
public interface IRandomBytes
{
    void Fill(Span<byte> buffer);
}

/// <summary>The operating system's cryptographic generator.</summary>
public sealed class SystemRandomBytes : IRandomBytes
{
    public void Fill(Span<byte> buffer) => RandomNumberGenerator.Fill(buffer);
}
