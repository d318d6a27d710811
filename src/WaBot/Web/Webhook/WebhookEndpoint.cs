using Shared.Webhook;
using WaBot.Inbox;

namespace WaBot.Web.Webhook;

/// <summary>POST /api/whatsapp-webhook: joins and leaves reported by somebody who watches the group too. The contract is docs/webhook.md.</summary>
internal static partial class WebhookEndpoint
{
    public const string Path = "/api/whatsapp-webhook";
    private const int LargestBody = 64 * 1024;

    public static void Map(WebApplication app) => app.MapPost(Path, TakeAsync);

    private static async Task<IResult> TakeAsync(
        HttpContext context, WebhookSignature signature, IWebhookNonces nonces, HintDesk desk, TargetGroups groups, ILoggerFactory loggers, CancellationToken ct)
    {
        if (!signature.IsConfigured)
        {
            return Answer(StatusCodes.Status404NotFound, "not configured");
        }
        if (await ReadBodyAsync(context.Request, ct) is not { } body)
        {
            return Answer(StatusCodes.Status413PayloadTooLarge, "too large");
        }
        if (!signature.IsValid(context.Request.Headers[WebhookSignature.TimestampHeader], context.Request.Headers[WebhookSignature.SignatureHeader], body))
        {
            Log.Refused(loggers.CreateLogger(typeof(WebhookEndpoint)));
            return Answer(StatusCodes.Status401Unauthorized, "unauthorized"); // not a word about what was wrong
        }
        if (WebhookHint.TryRead(body) is not { } hint)
        {
            return Answer(StatusCodes.Status400BadRequest, "malformed");
        }
        if (!await nonces.TryRememberAsync(hint.Nonce, signature.NonceLife, ct))
        {
            return Answer(StatusCodes.Status409Conflict, "replayed");
        }
        if (groups.Contains(hint.Group))
        {
            desk.Ask(hint.Group.ToString());
        }
        return Answer(StatusCodes.Status202Accepted, "accepted");
    }

    /// <summary>Null when it is longer than allowed, whatever its headers say.</summary>
    private static async Task<byte[]?> ReadBodyAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > LargestBody)
        {
            return null;
        }
        var buffer = new byte[LargestBody + 1];
        var length = 0;
        try
        {
            while (length < buffer.Length && await request.Body.ReadAsync(buffer.AsMemory(length), ct) is > 0 and var read)
            {
                length += read;
            }
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null; // the server's own limit was the first to notice
        }
        return length > LargestBody ? null : buffer[..length];
    }

    private static IResult Answer(int status, string result) => Results.Json(new WebhookAnswer(result), WebhookJson.Default.WebhookAnswer, statusCode: status);

    private static partial class Log
    {
        [LoggerMessage(3701, LogLevel.Warning, "A webhook call was refused: its signature or time stamp does not fit")]
        public static partial void Refused(ILogger logger);
    }
}
