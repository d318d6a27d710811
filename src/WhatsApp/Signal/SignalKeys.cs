using WhatsApp.Crypto;

namespace WhatsApp.Signal;

/// <summary>This device's long-term key pair and its registration id (not zero, below 2^31).</summary>
internal sealed record OwnIdentity(KeyPair Identity, uint RegistrationId);

/// <summary>A signed prekey: the signature is ours over the 33-byte form of the public half.</summary>
internal sealed record SignedPreKey(uint Id, KeyPair Key, byte[] Signature);

/// <summary>What another device publishes so that a session can be begun while it is away. Keys have 32 bytes.</summary>
internal sealed record PreKeyBundle(
    uint RegistrationId,
    byte[] Identity,
    uint SignedPreKeyId,
    byte[] SignedPreKey,
    byte[] SignedPreKeySignature,
    uint? PreKeyId,
    byte[]? PreKey);

/// <summary>What a session operation found out about the other side's identity key. A change is trusted and reported.</summary>
internal enum IdentityTrust
{
    /// <summary>No key was known for this device.</summary>
    New,

    /// <summary>The known key.</summary>
    Unchanged,

    /// <summary>Another key than the known one: the device was set up anew. The new key is stored.</summary>
    Changed,
}
