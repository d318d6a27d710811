using BenchmarkDotNet.Attributes;
using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Tests.Signal;

namespace Benchmarks;

/// <summary>
/// Pairwise sessions with records in memory, 100 bytes a message. Goals: encrypt and decrypt 24,000/s each,
/// ping-pong with a ratchet turn each way 3,500 turns/s, session set-up 1,200/s out and 2,000/s in.
/// </summary>
[MemoryDiagnoser]
public class SignalSessionBenchmarks
{
    private const int Batch = 1000;
    private static readonly SystemRandomSource Chance = new();
    private static readonly DeviceId Alice = DeviceId.Of(new Jid("100000000000001", JidServers.Lid, 3), NoBook.Instance);
    private static readonly DeviceId Bob = DeviceId.Of(new Jid("100000000000002", JidServers.Lid, 7), NoBook.Instance);
    private readonly byte[] _text = Chance.Bytes(100);
    private readonly Ciphertext[] _written = new Ciphertext[Batch];
    private readonly KeyPair _preKey = KeyPair.Generate(Chance);
    private MemorySignalStore _aliceStore = null!;
    private MemorySignalStore _bobStore = null!;
    private SessionCipher _alice = null!;
    private SessionCipher _bob = null!;
    private PreKeyBundle _bundle = null!;
    private byte[] _bobsRecord = null!;
    private Ciphertext _first = null!;

    [GlobalSetup]
    public void Begin()
    {
        (_aliceStore, _alice) = Device();
        (_bobStore, _bob) = Device();
        var signed = _bobStore.SignedPreKeys[1];
        _bobStore.PreKeys[1] = _preKey;
        _bundle = new PreKeyBundle(1, _bobStore.Own.Identity.Public, 1, signed.Key.Public, signed.Signature, 1, _preKey.Public);
        _alice.BuildSession(Bob, _bundle);
        _first = _alice.Encrypt(Bob, _text);
        Turn();
        _bobsRecord = _bobStore.LoadSession(Alice)!;
        for (var message = 0; message < Batch; message++)
        {
            _written[message] = _alice.Encrypt(Bob, _text);
        }
    }

    [Benchmark]
    public byte[] Encrypt() => _alice.Encrypt(Bob, _text).Bytes;

    [Benchmark(OperationsPerInvoke = Batch)]
    public void Decrypt()
    {
        _bobStore.SaveSession(Alice, _bobsRecord);
        foreach (var message in _written)
        {
            _bob.Decrypt(Alice, message.Type, message.Bytes);
        }
    }

    [Benchmark(OperationsPerInvoke = 2)]
    public void EncryptDecryptAndTurnTheRatchet() => Turn();

    [Benchmark]
    public void SetUpOutgoing()
    {
        _aliceStore.DeleteSession(Bob);
        _alice.BuildSession(Bob, _bundle);
        _alice.Encrypt(Bob, _text);
    }

    [Benchmark]
    public void SetUpIncoming()
    {
        _bobStore.DeleteSession(Alice);
        _bobStore.PreKeys[1] = _preKey;
        _bob.Decrypt(Alice, _first.Type, _first.Bytes);
    }

    private void Turn()
    {
        var there = _alice.Encrypt(Bob, _text);
        _bob.Decrypt(Alice, there.Type, there.Bytes);
        var back = _bob.Encrypt(Alice, _text);
        _alice.Decrypt(Bob, back.Type, back.Bytes);
    }

    private static (MemorySignalStore Store, SessionCipher Cipher) Device()
    {
        var store = new MemorySignalStore(new OwnIdentity(KeyPair.Generate(Chance), 1));
        var signed = KeyPair.Generate(Chance);
        store.SignedPreKeys[1] = new SignedPreKey(1, signed, XEdDsa.Sign(store.Own.Identity.Private, SignalPublicKey.ToWire(signed.Public), Chance));
        return (store, new SessionCipher(store, Chance));
    }
}
