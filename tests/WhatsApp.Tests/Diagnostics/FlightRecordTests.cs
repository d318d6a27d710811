using System.Text;
using Microsoft.Extensions.Time.Testing;
using WhatsApp.Binary;
using WhatsApp.Diagnostics;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Diagnostics;

public sealed class FlightRecordTests
{
    private const string Name = "Budi Santoso";
    private const string Text = "my secret text";
    private static readonly Jid Budi = new("628000555001", JidServers.Phone, 3);
    private static readonly Jid BudiLid = new("100000000555001", JidServers.Lid);

    [Fact]
    public async Task A_dump_shows_no_address_number_name_text_id_or_key()
    {
        var recorder = new FlightRecorder(new FakeTimeProvider());
        byte[] key = [1, 2, 3, 250, 251, 252, 253, 254];
        recorder.Received(new Node(
            "message",
            new() { ["id"] = "3EB0AAAABBBB", ["from"] = Budi, ["notify"] = Name, ["t"] = 1_772_366_400, ["type"] = "628000555001", ["sender_lid"] = BudiLid.ToString(), ["value"] = "628000555001" },
            new Node("enc", new() { ["v"] = 2, ["type"] = "pkmsg" }, key),
            new Node("body", null, Text),
            new Node("628000555001", new() { ["628000555001"] = "x" })));
        recorder.Sent(new Node("iq", new() { ["to"] = "628000555001@s.whatsapp.net", ["xmlns"] = Text }, new Node("presence", new() { ["name"] = Name })));

        var dump = await DumpAsync(recorder);

        foreach (var secret in new[] { "628000555001", "100000000555001", "555001", Name, "Budi", Text, "secret", "3EB0AAAABBBB", Convert.ToHexString(key), Convert.ToBase64String(key) })
        {
            Assert.DoesNotContain(secret, dump, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("\"pkmsg\"", dump, StringComparison.Ordinal);
        Assert.Contains("\"length\":8", dump, StringComparison.Ordinal);
        Assert.Contains("1772366400", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_person_has_one_pseudonym_throughout_a_dump_and_keeps_server_and_device()
    {
        var recorder = new FlightRecorder(new FakeTimeProvider());
        recorder.Received(new Node("message", new() { ["from"] = Budi, ["id"] = "A" }));
        recorder.Received(new Node("message", new() { ["from"] = BudiLid, ["id"] = "B" }));
        recorder.Sent(new Node("receipt", new() { ["to"] = Budi.Bare.ToString(), ["id"] = "A" }));

        var nodes = (await DumpAsync(recorder)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var received = FlightRecord.ReadReceived(string.Join('\n', nodes));

        var (phone, lid) = (received[0].JidOf("from")!.Value, received[1].JidOf("from")!.Value);
        Assert.Equal((JidServers.Phone, (ushort)3, JidServers.Lid, (ushort)0), (phone.Server, phone.Device, lid.Server, lid.Device));
        Assert.NotEqual(phone.User, lid.User);
        Assert.Contains(phone.Bare.ToString(), nodes[3], StringComparison.Ordinal);
        Assert.Contains($"\"{received[0]["id"]}\"", nodes[3], StringComparison.Ordinal);
        Assert.NotEqual(received[0]["id"], received[1]["id"]);
    }

    [Fact]
    public async Task The_ring_keeps_the_last_ones_and_a_huge_stanza_in_part()
    {
        var recorder = new FlightRecorder(new FakeTimeProvider(), capacity: 4);
        for (var i = 0; i < 10; i++)
        {
            recorder.Received(new Node("ib", new() { ["count"] = i }));
        }

        recorder.Received(new Node("iq", null, [.. Enumerable.Range(0, 5000).Select(i => new Node("participant", new() { ["jid"] = new Jid($"628000{i}", JidServers.Phone) }))]));
        var dump = await DumpAsync(recorder);
        var received = FlightRecord.ReadReceived(dump);

        Assert.Equal(["7", "8", "9", null], received.Select(node => node["count"]));
        Assert.InRange(received[3].Children.Count, 1, RecordedStanza.MostNodes);
        Assert.Contains("\"forgotten\":7", dump, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("{\"format\":2}")]
    [InlineData("{\"format\":1}\n{\"dir\":\"in\"}")]
    [InlineData("[]")]
    public void What_is_no_dump_is_refused(string text) => Assert.Throws<InvalidDataException>(() => FlightRecord.ReadReceived(text));

    [Fact]
    public async Task A_failure_that_was_recorded_fails_again_when_its_stanzas_are_said_to_another_client()
    {
        string dump;
        await using (var bed = new SessionBed())
        {
            await bed.StartPairedAsync();
            await using var connection = await bed.LoggedInAsync();
            await connection.SendAsync(Harmless());
            await connection.SendAsync(new Node("message", new() { ["from"] = new Jid("120363000000000001", JidServers.Group), ["id"] = "BROKEN", ["t"] = 1_772_366_400 }, new Node("enc", new() { ["v"] = 2, ["type"] = "skmsg" }, new byte[] { 9, 9 })));
            await connection.ExpectAsync(IsRefusal);
            using var stream = new MemoryStream();
            await bed.Client.WriteFlightRecordAsync(stream, CancellationToken.None);
            dump = Encoding.UTF8.GetString(stream.ToArray());
        }

        Assert.DoesNotContain("BROKEN", dump, StringComparison.Ordinal);
        Assert.DoesNotContain(SessionBed.OwnPhone.User, dump, StringComparison.Ordinal);
        var recorded = FlightRecord.ReadReceived(dump).Where(node => node.Tag is "message" or "notification").ToList();
        await using var again = new SessionBed();
        await again.StartPairedAsync();
        await using var replay = await again.LoggedInAsync();
        foreach (var stanza in recorded)
        {
            await replay.SendAsync(stanza);
        }

        var refusal = await replay.ExpectAsync(IsRefusal);
        Assert.Equal((2, recorded[^1]["id"], "487"), (recorded.Count, refusal["id"], refusal["error"]));
        Assert.Equal(1, replay.PassedOver.Count(node => node.Tag == "ack"));
    }

    private static Node Harmless() => new("notification", new() { ["type"] = "psa", ["from"] = Jid.Service, ["id"] = "N1", ["t"] = 1_772_366_400 });

    private static bool IsRefusal(Node node) => node.Tag == "ack" && node["error"] is not null;

    private static async Task<string> DumpAsync(FlightRecorder recorder)
    {
        using var stream = new MemoryStream();
        await FlightRecord.WriteAsync(recorder, stream, DateTimeOffset.UnixEpoch, CancellationToken.None);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
