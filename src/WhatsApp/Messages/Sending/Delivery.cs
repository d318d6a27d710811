using System.Text.Json;
using System.Text.Json.Serialization;

namespace WhatsApp.Messages.Sending;

/// <summary>What has to be remembered of a sent stanza until the service answers it.</summary>
internal sealed record Delivery
{
    /// <summary>The hash over all devices we know of; the service's differs when our lists are old.</summary>
    public required string Hash { get; init; }

    /// <summary>The stanza names people by LID.</summary>
    public bool ByLid { get; init; }

    /// <summary>The stanza's edit attribute, for retries.</summary>
    public string? Edit { get; init; }

    /// <summary>The devices a private message was encrypted for.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>The sender key the stanza hands out, and to whom. They count as having it once the service took the stanza.</summary>
    public uint? KeyId { get; init; }

    public IReadOnlyList<string> KeyTo { get; init; } = [];

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, DeliveryJson.Default.Delivery);

    public static Delivery Read(byte[] bytes) =>
        JsonSerializer.Deserialize(bytes, DeliveryJson.Default.Delivery) ?? throw new JsonException("A stored delivery is empty.");
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Delivery))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
