using WhatsApp.Crypto;
using WhatsApp.Peers;
using WhatsApp.Signal;

namespace WhatsApp.Store;

/// <summary>The Signal layer's view of the tables, inside one commit.</summary>
internal sealed class StoredSignalKeys(SessionTransaction transaction) : ISignalStore
{
    public OwnIdentity Own => transaction.Device.Required.Own;

    public byte[]? LoadSession(DeviceId device) => transaction.Sessions.Load(device);

    public void SaveSession(DeviceId device, byte[] record) => transaction.Sessions.Save(device, record);

    public void DeleteSession(DeviceId device) => transaction.Sessions.Delete(device);

    public byte[]? LoadIdentity(DeviceId device) => transaction.Identities.Load(device);

    public void SaveIdentity(DeviceId device, byte[] publicKey) => transaction.Identities.Save(device, publicKey);

    public KeyPair? LoadPreKey(uint id) => transaction.PreKeys.Load(id);

    public void RemovePreKey(uint id) => transaction.PreKeys.Remove(id);

    public SignedPreKey? LoadSignedPreKey(uint id) => transaction.SignedPreKeys.Load(id);

    public byte[]? LoadSenderKey(Jid group, DeviceId sender) => transaction.SenderKeys.Load(group, sender);

    public void SaveSenderKey(Jid group, DeviceId sender, byte[] record) => transaction.SenderKeys.Save(group, sender, record);

    public void DeleteSenderKey(Jid group, DeviceId sender) => transaction.SenderKeys.Delete(group, sender);
}
