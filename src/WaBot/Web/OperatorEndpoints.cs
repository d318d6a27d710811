using Microsoft.AspNetCore.Antiforgery;
using Shared.Claims;
using Shared.Grace;
using Shared.Jobs;
using WaBot.Hosting;
using WaBot.Session;

namespace WaBot.Web;

/// <summary>The operator page and what its buttons do. Every action checks again what it needs; none trusts the page it came from.</summary>
internal static class OperatorEndpoints
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/", async (HttpContext context, OperatorView view, IAntiforgery antiforgery, CancellationToken ct) =>
            await view.PageAsync(OperatorView.Token(context, antiforgery), ct)).RequireAuthorization();

        app.MapGet("/operator/session/pair-again", (HttpContext context, IAntiforgery antiforgery) => OperatorView.PairAgain(OperatorView.Token(context, antiforgery))).RequireAuthorization();

        var actions = app.MapGroup("/operator").RequireAuthorization().AddEndpointFilter(WebSetup.CheckForm);
        actions.MapPost("/freeze", FreezeAsync);
        actions.MapPost("/unfreeze", UnfreezeAsync);
        actions.MapPost("/session/reconnect", (SessionControl session) =>
        {
            session.Reconnect();
            return Results.LocalRedirect("/");
        });
        actions.MapPost("/session/pair-again", PairAgainAsync);
        actions.MapPost("/claims/{id:guid}/retry", (Guid id, IClaimService claims, IBackgroundJobs jobs, Bells bells, CancellationToken ct) =>
            ChangeAsync(id, claims, bells, claim => claims.RetryAsync(claim, ct), () => jobs.Enqueue(ClaimJob.Create, id), ct));
        actions.MapPost("/claims/{id:guid}/retry-elsewhere", (Guid id, IClaimService claims, IBackgroundJobs jobs, Bells bells, CancellationToken ct) =>
            ChangeAsync(id, claims, bells, claim => claims.RetryElsewhereAsync(claim, ct), () => jobs.Enqueue(ClaimJob.Create, id), ct));
        actions.MapPost("/claims/{id:guid}/clean-up", (Guid id, IClaimService claims, Bells bells, CancellationToken ct) =>
            ChangeAsync(id, claims, bells, claim => claims.CleanUpFailedAsync(claim, ct), null, ct));
        actions.MapPost("/claims/{id:guid}/resume", (Guid id, IClaimService claims, Bells bells, CancellationToken ct) =>
            ChangeAsync(id, claims, bells, claim => claims.ResumeDeletionAsync(claim, ct), null, ct));
    }

    private static async Task<IResult> FreezeAsync(IDeletionBreaker breaker, Bells bells, CancellationToken ct)
    {
        await breaker.FreezeAsync(FreezeReason.Operator, "an operator froze them.", ct);
        bells.Alerts.Ring();
        return Results.LocalRedirect("/");
    }

    private static async Task<IResult> UnfreezeAsync(IDeletionBreaker breaker, Bells bells, CancellationToken ct)
    {
        await breaker.UnfreezeAsync("operator", ct);
        bells.Alerts.Ring();
        bells.Work.Ring();
        return Results.LocalRedirect("/");
    }

    private static async Task<IResult> PairAgainAsync(HttpContext context, SessionControl session, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        if (form["confirm"] != "PAIR")
        {
            return Html.Page(StatusCodes.Status400BadRequest, "Not confirmed", "<p>Type PAIR to remove the link to the account. Nothing was changed.</p><p><a href=\"/\">Back</a></p>");
        }
        await session.PairAgainAsync(ct);
        return Results.LocalRedirect("/");
    }

    private static async Task<IResult> ChangeAsync(Guid id, IClaimService claims, Bells bells, Func<ClaimRef, Task<ClaimChange>> change, Action? afterwards, CancellationToken ct)
    {
        if (await claims.FindAsync(id, ct) is not { } claim)
        {
            return Html.Page(StatusCodes.Status404NotFound, "No such claim", "<p><a href=\"/\">Back</a></p>");
        }
        var outcome = await change(claim.Ref);
        if (!outcome.IsDone)
        {
            return Html.Page(StatusCodes.Status409Conflict, "The claim has moved on",
                $"<p class=\"state wait\">It is {Html.Encode(outcome.Claim?.State.ToString())} now ({outcome.Outcome}); nothing was changed.</p><p><a href=\"/\">Back</a></p>");
        }
        afterwards?.Invoke();
        bells.RingSenders();
        bells.Work.Ring();
        return Results.LocalRedirect("/");
    }
}
