using BenchmarkDotNet.Attributes;
using WhatsApp;
using WhatsApp.Binary;

namespace Benchmarks;

/// <summary>Encoding and decoding of one message stanza to four devices (about 840 bytes) and of a roster of 1,024 members.</summary>
[MemoryDiagnoser]
public class NodeBenchmarks
{
    private readonly Node _message = Message();
    private readonly Node _roster = Roster();
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

    private static Node Message()
    {
        var devices = Enumerable.Range(0, 4).Select(number => new Node(
            "to", new() { ["jid"] = new Jid("100000000000001", JidServers.Lid, (ushort)number) },
            new Node("enc", new() { ["v"] = "2", ["type"] = "msg" }, new ReadOnlyMemory<byte>(new byte[160]))));
        return new Node(
            "message", new() { ["id"] = "3EB0C767D71D9B1F2A3C4D", ["type"] = "text", ["to"] = new Jid("100000000000001", JidServers.Lid) },
            new Node("participants", null, [.. devices]));
    }

    private static Node Roster()
    {
        var members = Enumerable.Range(0, 1024).Select(number => new Node("participant", new()
        {
            ["jid"] = new Jid((100000000000000 + number).ToString(System.Globalization.CultureInfo.InvariantCulture), JidServers.Lid),
            ["phone_number"] = new Jid((628000000000 + number).ToString(System.Globalization.CultureInfo.InvariantCulture), JidServers.Phone),
        }));
        return new Node("group", new() { ["id"] = "120363000000000001", ["subject"] = "Benchmark", ["addressing_mode"] = "lid" }, [.. members]);
    }
}
