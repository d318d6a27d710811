using System.Globalization;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Peers;
using WhatsApp.Signal;

namespace Sandbox.Phones;

/// <summary>A phone's sessions in the world's store.</summary>
internal sealed class PhoneSignalStore(WorldStore store, string account, PhoneKeys keys) : ISignalStore
{
    public const uint SignedPreKeyId = 1;
    private const string Session = "phone-session", Identity = "phone-identity", PreKey = "phone-prekey", SenderKey = "phone-senderkey";

    public OwnIdentity Own { get; } = new(keys.IdentityPair, keys.RegistrationId);

    public byte[]? LoadSession(DeviceId device) => store.Get(Session, Key(device));

    public void SaveSession(DeviceId device, byte[] record) => store.Put(Session, Key(device), record);

    public void DeleteSession(DeviceId device) => store.Delete(Session, Key(device));

    public byte[]? LoadIdentity(DeviceId device) => store.Get(Identity, Key(device));

    public void SaveIdentity(DeviceId device, byte[] publicKey) => store.Put(Identity, Key(device), publicKey);

    public KeyPair? LoadPreKey(uint id) => store.Get(PreKey, Key(id)) is { } key ? KeyPair.FromPrivate(key) : null;

    public void RemovePreKey(uint id) => store.Delete(PreKey, Key(id));

    public SignedPreKey? LoadSignedPreKey(uint id) =>
        id == SignedPreKeyId ? new SignedPreKey(id, KeyPair.FromPrivate(keys.SignedPreKey), keys.SignedPreKeySignature) : null;

    public byte[]? LoadSenderKey(Jid group, DeviceId sender) => store.Get(SenderKey, Key(group, sender));

    public void SaveSenderKey(Jid group, DeviceId sender, byte[] record) => store.Put(SenderKey, Key(group, sender), record);

    public void DeleteSenderKey(Jid group, DeviceId sender) => store.Delete(SenderKey, Key(group, sender));

    /// <summary>A new one-time key; the caller publishes its public half.</summary>
    public (uint Id, byte[] Public) NewPreKey(IRandomSource random)
    {
        var id = keys.NextPreKey++;
        var pair = KeyPair.Generate(random);
        store.Put(PreKey, Key(id), pair.Private);
        store.PutJson(Phone.KeysKind, account, keys);
        return (id, pair.Public);
    }

    public void ForgetSessions()
    {
        store.DeleteAll(Session, $"{account}/");
        store.DeleteAll(SenderKey, $"{account}/");
    }

    private string Key(DeviceId device) => $"{account}/{device}";

    private string Key(Jid group, DeviceId sender) => $"{account}/{group}/{sender}";

    private string Key(uint id) => string.Create(CultureInfo.InvariantCulture, $"{account}/{id}");
}
