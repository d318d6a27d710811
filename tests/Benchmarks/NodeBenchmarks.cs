using BenchmarkDotNet.Attributes;
using WhatsApp.Binary;

namespace Benchmarks;

/// <summary>Encoding and decoding of one message stanza to four devices (about 840 bytes) and of a roster of 1,024 members.</summary>
[MemoryDiagnoser]
public class NodeBenchmarks
{
    private readonly Node _message = SampleStanzas.Message();
    private readonly Node _roster = SampleStanzas.Roster();
    private byte[] _messageBytes = [];
    private byte[] _rosterBytes = [];

    [GlobalSetup]
    public void SetUp() => (_messageBytes, _rosterBytes) = (NodeEncoder.Encode(_message), NodeEncoder.Encode(_roster));

    [Benchmark]
    public byte[] EncodeMessage() => NodeEncoder.Encode(_message);

    [Benchmark]
    public object DecodeMessage() => NodeDecoder.Decode(_messageBytes);

    [Benchmark]
    public byte[] EncodeRoster() => NodeEncoder.Encode(_roster);

    [Benchmark]
    public object DecodeRoster() => NodeDecoder.Decode(_rosterBytes);
}
