namespace WhatsApp.Tests.Messages.World;

/// <summary>Seals nothing: what is stored is tested elsewhere.</summary>
internal sealed class OpenProtector : ISecretProtector
{
    public byte[] Protect(ReadOnlySpan<byte> plain, string purpose) => plain.ToArray();

    public byte[] Unprotect(ReadOnlySpan<byte> cipher, string purpose) => cipher.ToArray();
}
