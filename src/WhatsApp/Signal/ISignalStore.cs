using WhatsApp.Crypto;
using WhatsApp.Peers;

namespace WhatsApp.Signal;

/// <summary>
/// The keys of the Signal layer inside one transaction of the session store. The ciphers read and write only
/// through it, so that a moved ratchet, a used prekey and the decrypted message are committed together or not at all.
/// Records are opaque; a loaded array is not changed, a saved one not kept.
/// </summary>
internal interface ISignalStore
{
    OwnIdentity Own { get; }

    byte[]? LoadSession(DeviceId device);

    void SaveSession(DeviceId device, byte[] record);

    void DeleteSession(DeviceId device);

    /// <summary>The identity key (32 bytes) last trusted for this device; null when none was seen yet.</summary>
    byte[]? LoadIdentity(DeviceId device);

    void SaveIdentity(DeviceId device, byte[] publicKey);

    KeyPair? LoadPreKey(uint id);

    void RemovePreKey(uint id);

    SignedPreKey? LoadSignedPreKey(uint id);

    byte[]? LoadSenderKey(Jid group, DeviceId sender);

    void SaveSenderKey(Jid group, DeviceId sender, byte[] record);

    void DeleteSenderKey(Jid group, DeviceId sender);
}
