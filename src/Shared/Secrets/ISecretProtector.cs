namespace Shared.Secrets;

/// <summary>Encrypts secrets that wait in the database. The host implements it: AES-256-GCM under a key from its data protection ring.</summary>
public interface ISecretProtector
{
    /// <param name="purpose">Bound to the cipher text: it opens under the same purpose only.</param>
    byte[] Protect(ReadOnlySpan<byte> plain, string purpose);

    /// <exception cref="System.Security.Cryptography.CryptographicException">Wrong key or purpose, or changed bytes.</exception>
    byte[] Unprotect(ReadOnlySpan<byte> cipher, string purpose);
}
