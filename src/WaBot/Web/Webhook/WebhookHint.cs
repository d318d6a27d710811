using System.Text.Json;
using System.Text.Json.Serialization;
using WhatsApp;

namespace WaBot.Web.Webhook;

/// <summary>What an external watcher believes to have seen.</summary>
internal sealed record WebhookHint(string Nonce, string Event, Jid Group)
{
    private const int ShortestNonce = 16;
    private const int LongestNonce = 64;

    /// <summary>Null when it is not of the documented shape. Members it does not know it ignores.</summary>
    public static WebhookHint? TryRead(ReadOnlySpan<byte> body)
    {
        WebhookBody? read;
        try
        {
            read = JsonSerializer.Deserialize(body, WebhookJson.Default.WebhookBody);
        }
        catch (JsonException)
        {
            return null;
        }
        return read is { Nonce.Length: >= ShortestNonce and <= LongestNonce, Event: "join" or "leave", Group: not null, Member: not null }
            && read.Nonce.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            && Jid.TryParse(read.Group, out var group) && group.IsGroup
            && Jid.TryParse(read.Member, out var member) && member.IsPerson
                ? new WebhookHint(read.Nonce, read.Event, group)
                : null;
    }

    /// <inheritdoc />
    public override string ToString() => nameof(WebhookHint);
}

/// <param name="Member">Looked at for its shape only: the roster tells who is in the group, not the hint.</param>
internal sealed record WebhookBody(string? Nonce, string? Event, string? Group, string? Member)
{
    /// <inheritdoc />
    public override string ToString() => nameof(WebhookBody);
}

internal sealed record WebhookAnswer(string Result);

[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(WebhookAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class WebhookJson : JsonSerializerContext;
