namespace WhatsApp;

/// <summary>Seals secret columns of the session store. Implemented by the host, which also keeps and backs up the key.</summary>
/// <remarks>Called from the store's writer thread only, one call at a time.</remarks>
public interface ISecretProtector
{
    /// <summary>Encrypts and authenticates <paramref name="plain"/>, for example by AES-256-GCM.</summary>
    /// <param name="plain">The secret.</param>
    /// <param name="purpose">What the secret is. Opening it under another purpose must fail.</param>
    byte[] Protect(ReadOnlySpan<byte> plain, string purpose);

    /// <summary>Gives back what <see cref="Protect"/> sealed.</summary>
    /// <param name="cipher">The whole result of <see cref="Protect"/>.</param>
    /// <param name="purpose">The purpose it was sealed for.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Changed, cut, of another purpose or of another key.</exception>
    byte[] Unprotect(ReadOnlySpan<byte> cipher, string purpose);
}
