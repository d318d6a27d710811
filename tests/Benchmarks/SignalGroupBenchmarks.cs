using BenchmarkDotNet.Attributes;
using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Tests.Signal;

namespace Benchmarks;

/// <summary>Sender keys with records in memory, 100 bytes a message. Goals: encrypt 6,000/s at any age of the key, decrypt 5,000/s.</summary>
[MemoryDiagnoser]
public class SignalGroupBenchmarks
{
    private const int Batch = 500;
    private static readonly SystemRandomSource Chance = new();
    private static readonly DeviceId Alice = DeviceId.Of(new Jid("100000000000001", JidServers.Lid, 3), NoBook.Instance);
    private static readonly Jid Group = Jid.Parse("120363000000000001@g.us");
    private readonly byte[] _text = Chance.Bytes(100);
    private readonly byte[][] _written = new byte[Batch][];
    private MemorySignalStore _bobStore = null!;
    private GroupCipher _alice = null!;
    private GroupCipher _bob = null!;
    private byte[] _distribution = null!;
    private byte[] _bobsRecord = null!;

    /// <summary>Messages the key has encrypted before.</summary>
    [Params(0, 2000)]
    public int Age { get; set; }

    [GlobalSetup]
    public void Begin()
    {
        _bobStore = Store();
        _alice = new GroupCipher(Store(), Chance);
        _bob = new GroupCipher(_bobStore, Chance);
        _alice.Rotate(Group, Alice);
        for (var message = 0; message < Age; message++)
        {
            _alice.Encrypt(Group, Alice, _text);
        }

        _distribution = _alice.DistributionFor(Group, Alice);
        _bob.Process(Group, Alice, _distribution);
        _bobsRecord = _bobStore.LoadSenderKey(Group, Alice)!;
        for (var message = 0; message < Batch; message++)
        {
            _written[message] = _alice.Encrypt(Group, Alice, _text);
        }
    }

    [Benchmark]
    public byte[] Encrypt() => _alice.Encrypt(Group, Alice, _text);

    [Benchmark(OperationsPerInvoke = Batch)]
    public void Decrypt()
    {
        _bobStore.SaveSenderKey(Group, Alice, _bobsRecord);
        foreach (var message in _written)
        {
            _bob.Decrypt(Group, Alice, message);
        }
    }

    [Benchmark]
    public void LearnKey()
    {
        _bobStore.DeleteSenderKey(Group, Alice);
        _bob.Process(Group, Alice, _distribution);
    }

    private static MemorySignalStore Store() => new(new OwnIdentity(KeyPair.Generate(Chance), 1));
}
