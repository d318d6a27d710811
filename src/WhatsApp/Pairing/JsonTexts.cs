using System.Text.Json;
using System.Text.Json.Serialization;

namespace WhatsApp.Pairing;

/// <summary>JSON without reflection.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class JsonTexts : JsonSerializerContext;
