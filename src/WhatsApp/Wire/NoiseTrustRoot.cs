namespace WhatsApp.Wire;

/// <summary>The key all certificates of the service descend from: X25519 form, 32 bytes.</summary>
internal sealed record NoiseTrustRoot(byte[] PublicKey)
{
    /// <summary>The real service's.</summary>
    public static NoiseTrustRoot Production { get; } = new(Convert.FromHexString("142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b"));
}
