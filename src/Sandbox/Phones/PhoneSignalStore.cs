using System.Globalization;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Signal;

namespace Sandbox.Phones;

/// <summary>A phone's sessions in the world's store.</summary>
internal sealed class PhoneSignalStore(WorldStore store, string account, PhoneKeys keys) : ISignalStore
{
    public const uint SignedPreKeyId = 1;
    private const string Session = "phone-session", Identity = "phone-identity", PreKey = "phone-prekey", SenderKey = "phone-senderkey";

    public OwnIdentity Own { get; } = new(keys.IdentityPair, keys.RegistrationId);

    public byte[]? LoadSession(SignalAddress address) => store.Get(Session, Key(address));

    public void SaveSession(SignalAddress address, byte[] record) => store.Put(Session, Key(address), record);

    public void DeleteSession(SignalAddress address) => store.Delete(Session, Key(address));

    public byte[]? LoadIdentity(SignalAddress address) => store.Get(Identity, Key(address));

    public void SaveIdentity(SignalAddress address, byte[] publicKey) => store.Put(Identity, Key(address), publicKey);

    public KeyPair? LoadPreKey(uint id) => store.Get(PreKey, Key(id)) is { } key ? KeyPair.FromPrivate(key) : null;

    public void RemovePreKey(uint id) => store.Delete(PreKey, Key(id));

    public SignedPreKey? LoadSignedPreKey(uint id) =>
        id == SignedPreKeyId ? new SignedPreKey(id, KeyPair.FromPrivate(keys.SignedPreKey), keys.SignedPreKeySignature) : null;

    public byte[]? LoadSenderKey(Jid group, SignalAddress sender) => store.Get(SenderKey, Key(group, sender));

    public void SaveSenderKey(Jid group, SignalAddress sender, byte[] record) => store.Put(SenderKey, Key(group, sender), record);

    public void DeleteSenderKey(Jid group, SignalAddress sender) => store.Delete(SenderKey, Key(group, sender));

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

    private string Key(SignalAddress address) => $"{account}/{address}";

    private string Key(Jid group, SignalAddress sender) => $"{account}/{group}/{sender}";

    private string Key(uint id) => string.Create(CultureInfo.InvariantCulture, $"{account}/{id}");
}
