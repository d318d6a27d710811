using System.Text.Json.Serialization;
using Shared.Grace;
using WhatsApp;

namespace WaBot.Web;

/// <summary>Whether the process lives, and whether it can serve members. No numbers, no names.</summary>
internal static class HealthEndpoints
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/healthz", () => Results.Text("ok"));
        app.MapGet("/readyz", ReadyAsync);
    }

    private static async Task<IResult> ReadyAsync(IWhatsAppClient client, IDeletionBreaker breaker, CancellationToken ct)
    {
        var status = client.Status;
        var frozen = await breaker.CurrentAsync(ct) is not null; // reads the database: it is there
        var ready = status.Phase == SessionPhase.LoggedIn;
        var answer = new Readiness(ready, status.Phase.ToString(), status.LastFault?.Reason.ToString(), status.FailuresInARow, frozen);
        return Results.Json(answer, WebJson.Default.Readiness, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

internal sealed record Readiness(bool Ready, string Session, string? LastFault, int FailuresInARow, bool DeletionsFrozen);

[JsonSerializable(typeof(Readiness))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class WebJson : JsonSerializerContext;
