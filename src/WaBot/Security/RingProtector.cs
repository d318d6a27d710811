using Microsoft.AspNetCore.DataProtection;

namespace WaBot.Security;

/// <summary>AES-256-GCM under the keys of the data protection ring; each purpose has its own subkey. One object serves the domain and the session.</summary>
internal sealed class RingProtector(IDataProtectionProvider ring) : Shared.Secrets.ISecretProtector, WhatsApp.ISecretProtector
{
    private const string Root = "wabot.secrets";

    public byte[] Protect(ReadOnlySpan<byte> plain, string purpose) => For(purpose).Protect(plain.ToArray());

    public byte[] Unprotect(ReadOnlySpan<byte> cipher, string purpose) => For(purpose).Unprotect(cipher.ToArray());

    private IDataProtector For(string purpose) => ring.CreateProtector(Root, purpose);
}
