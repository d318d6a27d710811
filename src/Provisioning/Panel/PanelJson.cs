using System.Text.Json;
using System.Text.Json.Serialization;

namespace Provisioning.Panel;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PanelItem<PanelUser>))]
[JsonSerializable(typeof(PanelItem<PanelServer>))]
[JsonSerializable(typeof(PanelItem<PanelEgg>))]
[JsonSerializable(typeof(PanelList<PanelServer>))]
[JsonSerializable(typeof(PanelList<PanelNode>))]
[JsonSerializable(typeof(PanelList<PanelUser>))]
[JsonSerializable(typeof(PanelErrors))]
[JsonSerializable(typeof(UserRequest))]
[JsonSerializable(typeof(ServerRequest))]
[JsonSerializable(typeof(BuildRequest))]
internal sealed partial class PanelJson : JsonSerializerContext;

/// <summary>0, 1, "0", "1", true, false and null.</summary>
internal sealed class FlagConverter : JsonConverter<bool?>
{
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number => reader.GetDouble() != 0,
        JsonTokenType.String => reader.GetString() is "1" or "true",
        _ => null,
    };

    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options) => throw new NotSupportedException("Answers of the panel are only read.");
}

/// <summary>"required|string|max:20" or ["required","string","max:20"].</summary>
internal sealed class RulesConverter : JsonConverter<IReadOnlyList<string>?>
{
    public override IReadOnlyList<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var element = document.RootElement;
        return element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!.Split('|'),
            JsonValueKind.Array => [.. element.EnumerateArray().Select(rule => rule.ToString())],
            _ => null,
        };
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string>? value, JsonSerializerOptions options) => throw new NotSupportedException("Answers of the panel are only read.");
}
