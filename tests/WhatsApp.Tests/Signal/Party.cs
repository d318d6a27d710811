using System.Text;
using WhatsApp.Crypto;
using WhatsApp.Peers;
using WhatsApp.Signal;

namespace WhatsApp.Tests.Signal;

/// <summary>One device with its keys, as the tests use it.</summary>
internal sealed class Party
{
    private uint _lastPreKey;

    public Party(string user, IRandomSource random)
    {
        Random = random;
        Address = DeviceId.Of(new Jid(user, JidServers.Lid, 3), NoBook.Instance);
        Store = new MemorySignalStore(new OwnIdentity(KeyPair.Generate(random), random.PositiveInt31()));
        var signed = KeyPair.Generate(random);
        Store.SignedPreKeys[1] = new SignedPreKey(1, signed, XEdDsa.Sign(Store.Own.Identity.Private, SignalPublicKey.ToWire(signed.Public), random));
        Sessions = new SessionCipher(Store, random);
        Groups = new GroupCipher(Store, random);
    }

    public static Jid Group { get; } = Jid.Parse("120363000000000001@g.us");

    public IRandomSource Random { get; }

    public DeviceId Address { get; }

    public MemorySignalStore Store { get; }

    public SessionCipher Sessions { get; }

    public GroupCipher Groups { get; }

    public static (Party Alice, Party Bob) Pair(int seed = 1)
    {
        var random = new SeededRandom(seed);
        return (new Party("100000000000001", random), new Party("100000000000002", random));
    }

    /// <summary>Alice and Bob with a session that has gone both ways.</summary>
    public static (Party Alice, Party Bob) Acquainted(int seed = 1)
    {
        var (alice, bob) = Pair(seed);
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        Assert.Equal("hello", bob.Read(alice, alice.Write(bob, "hello")));
        Assert.Equal("hi", alice.Read(bob, bob.Write(alice, "hi")));
        return (alice, bob);
    }

    public PreKeyBundle Publish(bool withPreKey = true)
    {
        var signed = Store.SignedPreKeys[1];
        KeyPair? preKey = null;
        if (withPreKey)
        {
            preKey = KeyPair.Generate(Random);
            Store.PreKeys[++_lastPreKey] = preKey;
        }

        return new PreKeyBundle(
            Store.Own.RegistrationId,
            Store.Own.Identity.Public,
            signed.Id,
            signed.Key.Public,
            signed.Signature,
            withPreKey ? _lastPreKey : null,
            preKey?.Public);
    }

    public Ciphertext Write(Party to, string text) => Sessions.Encrypt(to.Address, Encoding.UTF8.GetBytes(text));

    public string Read(Party from, Ciphertext message) => Encoding.UTF8.GetString(Sessions.Decrypt(from.Address, message.Type, message.Bytes));

    /// <summary>The fault of a message that must not be readable.</summary>
    public SignalFault Refuses(Party from, Ciphertext message) =>
        Assert.Throws<SignalException>(() => Sessions.Decrypt(from.Address, message.Type, message.Bytes)).Fault;

    public byte[] WriteGroup(string text) => Groups.Encrypt(Group, Address, Encoding.UTF8.GetBytes(text));

    public string ReadGroup(Party from, byte[] message) => Encoding.UTF8.GetString(Groups.Decrypt(Group, from.Address, message));

    public SignalFault RefusesGroup(Party from, byte[] message) =>
        Assert.Throws<SignalException>(() => Groups.Decrypt(Group, from.Address, message)).Fault;

    /// <summary>Sets the device up anew: other keys, same address.</summary>
    public Party Reinstalled() => new(Address.Peer.Name.User, Random);
}
