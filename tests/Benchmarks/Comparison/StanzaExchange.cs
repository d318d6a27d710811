using System.Text.Json;
using System.Text.Json.Nodes;
using WhatsApp;
using WhatsApp.Binary;

namespace Benchmarks.Comparison;

/// <summary>One stanza encoded and decoded again and again. Each side must read the other's bytes as the same stanza.</summary>
internal sealed class StanzaExchange(BaileysProcess baileys, string name, Node node, int ours, int theirs, double encodeGoal, double decodeGoal) : Exchange(baileys)
{
    private readonly Row _encode = new($"{name}, encode", encodeGoal);
    private readonly Row _decode = new($"{name}, decode", decodeGoal);
    private readonly byte[] _encoded = NodeEncoder.Encode(node);
    private readonly JsonNode _json = ToJson(node);

    public override IReadOnlyList<Row> Rows => [_encode, _decode];

    public override async Task PrepareAsync()
    {
        var theirs = await Baileys.AskAsync(new { Op = "nodeEncode", Node = _json, Count = 1 });
        Require(JsonNode.DeepEquals(ToJson(NodeDecoder.Decode(theirs.BytesOf("encoded"))), _json), $"{name} as they encode it");
        var read = await Baileys.AskAsync(new { Op = "nodeDecode", Encoded = _encoded, Count = 1 });
        Require(JsonNode.DeepEquals(JsonNode.Parse(read.GetProperty("node").GetRawText()), _json), $"{name} as they read ours");
    }

    public override Task<IReadOnlyList<Measure>> OursAsync()
    {
        var encode = Stopclock.Time(_encode, ours, () =>
        {
            for (var n = 0; n < ours; n++)
            {
                _ = NodeEncoder.Encode(node);
            }
        });
        var decode = Stopclock.Time(_decode, ours, () =>
        {
            for (var n = 0; n < ours; n++)
            {
                _ = NodeDecoder.Decode(_encoded);
            }
        });
        return Task.FromResult<IReadOnlyList<Measure>>([encode, decode]);
    }

    public override async Task<IReadOnlyList<Measure>> TheirsAsync()
    {
        var encode = await Baileys.AskAsync(new { Op = "nodeEncode", Node = _json, Count = theirs });
        var decode = await Baileys.AskAsync(new { Op = "nodeDecode", Encoded = _encoded, Count = theirs });
        return [encode.MeasureOf(_encode), decode.MeasureOf(_decode)];
    }

    private static JsonObject ToJson(Node node)
    {
        var attributes = new JsonObject();
        foreach (var (key, value) in node.Attributes)
        {
            attributes[key] = value.Text;
        }

        JsonNode? content = node.Children.Count > 0 ? new JsonArray([.. node.Children.Select(ToJson)])
            : node.Bytes is { } bytes ? JsonValue.Create(Convert.ToBase64String(bytes.Span))
            : null;
        return new JsonObject { ["tag"] = node.Tag, ["attrs"] = attributes, ["content"] = content };
    }
}
