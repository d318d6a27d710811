using System.Net.Http.Json;
using System.Text.Json.Serialization;
using WaBot.Options;

namespace WaBot.Alerts;

/// <summary>One message to a Discord or Slack webhook.</summary>
internal sealed partial class AlertWebhook(IHttpClientFactory clients, AlertOptions options, ILogger<AlertWebhook> logger)
{
    public const string ClientName = "alerts";

    /// <summary>True when the channel took it, or when there is none and the log is all there is.</summary>
    public async Task<bool> TrySendAsync(string text, CancellationToken ct)
    {
        if (options.WebhookUrl is not { } address)
        {
            Log.NoChannel(logger, text);
            return true;
        }
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var body = options.Shape == AlertShape.Discord
                ? JsonContent.Create(new DiscordMessage(text, new AllowedMentions([])), AlertJson.Default.DiscordMessage)
                : JsonContent.Create(new SlackMessage(text), AlertJson.Default.SlackMessage);
            using var answer = await client.PostAsync(address, body, ct);
            if (!answer.IsSuccessStatusCode)
            {
                Log.Refused(logger, (int)answer.StatusCode);
            }
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is OperationCanceledException && !ct.IsCancellationRequested))
        {
            Log.Unreachable(logger, fault.GetType().Name); // the message would name the webhook
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3603, LogLevel.Warning, "No alert channel is set (Alerts:WebhookUrl). The alert: {Text}")]
        public static partial void NoChannel(ILogger logger, string text);

        [LoggerMessage(3604, LogLevel.Warning, "The alert channel answered with HTTP {Status}")]
        public static partial void Refused(ILogger logger, int status);

        [LoggerMessage(3605, LogLevel.Warning, "The alert channel could not be reached: {Reason}")]
        public static partial void Unreachable(ILogger logger, string reason);
    }
}

/// <summary>Mentions are off: no text of ours may ring everybody.</summary>
internal sealed record DiscordMessage([property: JsonPropertyName("content")] string Content, [property: JsonPropertyName("allowed_mentions")] AllowedMentions Mentions);

internal sealed record AllowedMentions([property: JsonPropertyName("parse")] IReadOnlyList<string> Parse);

internal sealed record SlackMessage([property: JsonPropertyName("text")] string Text);

[JsonSerializable(typeof(DiscordMessage))]
[JsonSerializable(typeof(SlackMessage))]
internal sealed partial class AlertJson : JsonSerializerContext;
