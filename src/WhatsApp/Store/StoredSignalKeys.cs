using WhatsApp.Crypto;
using WhatsApp.Signal;

namespace WhatsApp.Store;

/// <summary>The Signal layer's view of the tables, inside one commit.</summary>
internal sealed class StoredSignalKeys(SessionTransaction transaction) : ISignalStore
{
    public OwnIdentity Own => transaction.Device.Required.Own;

    public byte[]? LoadSession(SignalAddress address) => transaction.Sessions.Load(address.Device);

    public void SaveSession(SignalAddress address, byte[] record) => transaction.Sessions.Save(address.Device, record);

    public void DeleteSession(SignalAddress address) => transaction.Sessions.Delete(address.Device);

    public byte[]? LoadIdentity(SignalAddress address) => transaction.Identities.Load(address.Device);

    public void SaveIdentity(SignalAddress address, byte[] publicKey) => transaction.Identities.Save(address.Device, publicKey);

    public KeyPair? LoadPreKey(uint id) => transaction.PreKeys.Load(id);

    public void RemovePreKey(uint id) => transaction.PreKeys.Remove(id);

    public SignedPreKey? LoadSignedPreKey(uint id) => transaction.SignedPreKeys.Load(id);

    public byte[]? LoadSenderKey(Jid group, SignalAddress sender) => transaction.SenderKeys.Load(group, sender.Device);

    public void SaveSenderKey(Jid group, SignalAddress sender, byte[] record) => transaction.SenderKeys.Save(group, sender.Device, record);

    public void DeleteSenderKey(Jid group, SignalAddress sender) => transaction.SenderKeys.Delete(group, sender.Device);
}
