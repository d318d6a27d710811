using Shared.Operators;

namespace WaBot.Web.Admin;

/// <summary>What an admin call came to: its HTTP status, a word for the audit, and what is shown.</summary>
internal sealed record AdminResult(int Status, string Outcome, object? Body = null)
{
    public static AdminResult Of(Shared.Claims.ClaimChange change) => new(
        change.Outcome switch
        {
            Shared.Claims.ClaimOutcome.Done => StatusCodes.Status200OK,
            Shared.Claims.ClaimOutcome.NotFound => StatusCodes.Status404NotFound,
            _ => StatusCodes.Status409Conflict,
        },
        change.Outcome.ToString(),
        change.Claim is { } claim ? ClaimView.Of(claim) : null);

    public static AdminResult Done(object? body = null) => new(StatusCodes.Status200OK, "Done", body);

    public static AdminResult NotFound { get; } = new(StatusCodes.Status404NotFound, "NotFound");

    public static AdminResult Invalid(string what) => new(StatusCodes.Status400BadRequest, what);
}

/// <summary>The gate of every admin call: token, scope, then the work, then its line of audit, whatever came out.</summary>
internal sealed class AdminGate(IApiTokens tokens, IOperatorDesk desk, TimeProvider time)
{
    public async Task<IResult> RunAsync(HttpContext context, string scope, string action, string? subject, Func<CancellationToken, Task<AdminResult>> work)
    {
        var ct = context.RequestAborted;
        if (await AdminTokens.FindAsync(context, tokens, ct) is not { } token)
        {
            await desk.AuditAsync(new AuditLine(time.GetUtcNow(), "unknown", action, subject, "Unauthorized"), ct);
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Results.Json(new AdminAnswer("Unauthorized"), statusCode: StatusCodes.Status401Unauthorized);
        }
        if (!token.Scopes.Contains(scope))
        {
            await desk.AuditAsync(new AuditLine(time.GetUtcNow(), token.Name, action, subject, "Forbidden"), ct);
            return Results.Json(new AdminAnswer($"Forbidden: this needs the scope {scope}"), statusCode: StatusCodes.Status403Forbidden);
        }
        var result = await work(ct);
        await desk.AuditAsync(new AuditLine(time.GetUtcNow(), token.Name, action, subject, result.Outcome), CancellationToken.None);
        return Results.Json(result.Body ?? new AdminAnswer(result.Outcome), statusCode: result.Status);
    }
}

internal sealed record AdminAnswer(string Result);
