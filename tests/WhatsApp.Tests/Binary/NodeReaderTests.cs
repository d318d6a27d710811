using WhatsApp.Binary;

namespace WhatsApp.Tests.Binary;

public class NodeReaderTests
{
    [Fact]
    public void Everything_that_is_there_is_read()
    {
        var from = new Jid("628000111", JidServers.Phone, 3);
        var node = new Node("receipt", new() { ["id"] = "A1", ["from"] = from, ["t"] = "1700000000", ["count"] = "-3" }, new Node("key", null, new byte[] { 1, 2, 3 }), new Node("list"));
        var reader = new NodeReader(node, "receipt");

        Assert.Equal("A1", reader.RequiredString("id"));
        Assert.Equal(from, reader.RequiredJid("from"));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), reader.RequiredUnixSeconds("t"));
        Assert.Equal(-3, reader.RequiredInt("count"));
        Assert.Equal([1, 2, 3], reader.RequiredBytes("key", 3));
        Assert.Equal("list", reader.RequiredChild("list").Tag);
        Assert.Null(reader.OptionalString("type"));
        Assert.Null(reader.OptionalJid("participant"));
        Assert.Null(reader.OptionalUnixSeconds("e"));
        Assert.Null(reader.OptionalInt("offline"));
        Assert.Null(reader.OptionalChild("enc"));
        reader.ThrowIfMalformed();
    }

    [Fact]
    public void All_faults_are_named_at_once_and_no_value_is()
    {
        var node = new Node("receipt", new() { ["t"] = "secret-1", ["from"] = "secret-2@a@b", ["count"] = "99999999999" }, new Node("key", null, new byte[] { 1 }), new Node("empty"));
        var reader = new NodeReader(node, "receipt");

        reader.RequiredString("id");
        reader.RequiredJid("from");
        reader.RequiredUnixSeconds("t");
        reader.RequiredInt("count");
        reader.RequiredBytes("key", 32);
        reader.RequiredBytes("empty");
        reader.RequiredBytes("nothing");
        reader.RequiredChild("list");
        var fault = Assert.Throws<MalformedNodeException>(reader.ThrowIfMalformed);

        Assert.Equal(
            [
                "attribute 'id' is missing",
                "attribute 'from' is not an address",
                "attribute 't' is not a time in Unix seconds",
                "attribute 'count' is not a whole number",
                "child <key> holds 1 bytes instead of 32",
                "child <empty> holds no bytes",
                "child <nothing> is missing",
                "child <list> is missing",
            ],
            fault.Problems);
        Assert.StartsWith("<receipt> is malformed: attribute 'id' is missing; ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_tag_and_an_impossible_time_are_faults()
    {
        var reader = new NodeReader(new Node("message", new() { ["t"] = "999999999999999" }), "receipt");

        reader.OptionalUnixSeconds("t");

        Assert.Equal(2, Assert.Throws<MalformedNodeException>(reader.ThrowIfMalformed).Problems.Count);
    }
}
