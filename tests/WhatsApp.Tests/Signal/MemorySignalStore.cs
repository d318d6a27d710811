using WhatsApp.Crypto;
using WhatsApp.Peers;
using WhatsApp.Signal;

namespace WhatsApp.Tests.Signal;

/// <summary>A store in memory that can be compared: <see cref="Image"/> is all of it as text.</summary>
internal sealed class MemorySignalStore(OwnIdentity own) : ISignalStore
{
    private readonly Dictionary<DeviceId, byte[]> _sessions = [];
    private readonly Dictionary<DeviceId, byte[]> _identities = [];
    private readonly Dictionary<(Jid, DeviceId), byte[]> _senderKeys = [];

    public OwnIdentity Own { get; } = own;

    public Dictionary<uint, KeyPair> PreKeys { get; } = [];

    public Dictionary<uint, SignedPreKey> SignedPreKeys { get; } = [];

    public string Image => string.Join(
        '\n',
        [
            .. _sessions.Select(item => $"{item.Key} {Convert.ToHexString(item.Value)}").Order(StringComparer.Ordinal),
            .. _identities.Select(item => $"{item.Key} {Convert.ToHexString(item.Value)}").Order(StringComparer.Ordinal),
            .. _senderKeys.Select(item => $"{item.Key} {Convert.ToHexString(item.Value)}").Order(StringComparer.Ordinal),
            .. PreKeys.Keys.Order().Select(id => $"{id}"),
        ]);

    public byte[]? LoadSession(DeviceId address) => _sessions.GetValueOrDefault(address);

    public void SaveSession(DeviceId address, byte[] record) => _sessions[address] = record;

    public void DeleteSession(DeviceId address) => _sessions.Remove(address);

    public byte[]? LoadIdentity(DeviceId address) => _identities.GetValueOrDefault(address);

    public void SaveIdentity(DeviceId address, byte[] publicKey) => _identities[address] = publicKey;

    public KeyPair? LoadPreKey(uint id) => PreKeys.GetValueOrDefault(id);

    public void RemovePreKey(uint id) => PreKeys.Remove(id);

    public SignedPreKey? LoadSignedPreKey(uint id) => SignedPreKeys.GetValueOrDefault(id);

    public byte[]? LoadSenderKey(Jid group, DeviceId sender) => _senderKeys.GetValueOrDefault((group, sender));

    public void SaveSenderKey(Jid group, DeviceId sender, byte[] record) => _senderKeys[(group, sender)] = record;

    public void DeleteSenderKey(Jid group, DeviceId sender) => _senderKeys.Remove((group, sender));
}
