using Sandbox.Phones;
using Sandbox.Run;
using Sandbox.Service;

namespace Sandbox.Control;

/// <summary>What the bot's phone, its owner's browser and the service do while the bot is linked.</summary>
internal static class LinkEndpoints
{
    public static void MapLinking(this IEndpointRouteBuilder routes, SandboxRun run)
    {
        routes.MapPost("/api/scan", (ScanBody body, CancellationToken ct) => ScanAsync(run, body.Account ?? SandboxRun.BotAccount, ct));
        routes.MapPost("/api/link/code", (CodeBody body, CancellationToken ct) => string.IsNullOrWhiteSpace(body.Code)
            ? Task.FromResult(ControlEndpoints.Problem(StatusCodes.Status400BadRequest, "Send {\"code\":\"XXXX-XXXX\"}, as the operator page shows it."))
            : LinkAsync(run, body.Account ?? SandboxRun.BotAccount, phone => phone.TypeCodeAsync(body.Code, ct)));
        routes.MapPost("/api/link/passkey", (PasskeyBody body) => ControlEndpoints.WithPhone(run, SandboxRun.BotAccount, async phone =>
        {
            await phone.DemandPasskeyAsync(body.Wanted ?? true);
            run.Timeline.Add("you", body.Wanted ?? true ? "From now on the bot's account is linked only with its passkey." : "The bot's account is linked without a passkey.");
            return Results.NoContent();
        }));
        routes.MapPost("/api/link/sign", () => ControlEndpoints.WithPhone(run, SandboxRun.BotAccount, async phone => await phone.SignPasskeyAsync() is { } answer
            ? Results.Ok(new { answer })
            : ControlEndpoints.Problem(StatusCodes.Status409Conflict, "Nobody asks for a passkey now.")));
        routes.MapPost("/api/link/fault", (LinkFaultBody body) => Enum.TryParse<LinkingFault>(body.Kind, ignoreCase: true, out var kind) && Enum.IsDefined(kind)
            ? ControlEndpoints.PlayAsync(run, new ServiceFault.Linking(kind, body.Times ?? 1))
            : Task.FromResult(ControlEndpoints.Problem(StatusCodes.Status400BadRequest, $"kind must be one of {string.Join(", ", Enum.GetNames<LinkingFault>())}.")));
    }

    private static async Task<IResult> ScanAsync(SandboxRun run, string account, CancellationToken ct) => run.ReadQr() is { } qr
        ? await LinkAsync(run, account, phone => phone.ScanAsync(qr, ct))
        : ControlEndpoints.Problem(StatusCodes.Status409Conflict, run.BotIsConnected == true ? "The bot is linked already." : "No QR is offered yet: the bot is starting or down, or it is linked in another way. Try again in a moment.");

    private static Task<IResult> LinkAsync(SandboxRun run, string account, Func<Phone, Task<ScanOutcome>> link) => ControlEndpoints.WithPhone(run, account, async phone =>
    {
        var outcome = await link(phone);
        if (outcome != ScanOutcome.Linked)
        {
            run.Timeline.Add("you", $"The attempt at linking came to nothing: {outcome}.");
        }

        return outcome == ScanOutcome.Linked
            ? Results.Ok(new { outcome = outcome.ToString() })
            : ControlEndpoints.Problem(StatusCodes.Status409Conflict, $"The attempt at linking ended with: {outcome}.");
    });
}
