using System.Globalization;
using WhatsApp;
using WhatsApp.Binary;

namespace Benchmarks;

/// <summary>The stanzas that are measured.</summary>
internal static class SampleStanzas
{
    /// <summary>A message to four devices, about 840 bytes.</summary>
    public static Node Message()
    {
        var devices = Enumerable.Range(0, 4).Select(number => new Node(
            "to", new() { ["jid"] = new Jid("100000000000001", JidServers.Lid, (ushort)number) },
            new Node("enc", new() { ["v"] = "2", ["type"] = "msg" }, new ReadOnlyMemory<byte>(new byte[160]))));
        return new Node(
            "message", new() { ["id"] = "3EB0C767D71D9B1F2A3C4D", ["type"] = "text", ["to"] = new Jid("100000000000001", JidServers.Lid) },
            new Node("participants", null, [.. devices]));
    }

    /// <summary>A group of 1,024 members under both names, about 40 kB.</summary>
    public static Node Roster()
    {
        var members = Enumerable.Range(0, 1024).Select(number => new Node("participant", new()
        {
            ["jid"] = new Jid((100000000000000 + number).ToString(CultureInfo.InvariantCulture), JidServers.Lid),
            ["phone_number"] = new Jid((628000000000 + number).ToString(CultureInfo.InvariantCulture), JidServers.Phone),
        }));
        return new Node("group", new() { ["id"] = "120363000000000001", ["subject"] = "Benchmark", ["addressing_mode"] = "lid" }, [.. members]);
    }
}
