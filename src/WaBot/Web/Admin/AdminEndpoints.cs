using System.Text.Json;
using Shared.Claims;
using Shared.Grace;
using Shared.Jobs;
using Shared.Operators;
using Shared.Ports;
using Shared.Reconcile;
using WaBot.Hosting;

namespace WaBot.Web.Admin;

/// <summary>The admin API, docs/admin-api.md. Every call names its scope here, once.</summary>
internal static class AdminEndpoints
{
    private const int NewestAudit = 500;
    private const int LargestServer = 16_777_216;
    private static readonly TimeSpan LongestExtension = TimeSpan.FromDays(30);

    public static void Map(WebApplication app)
    {
        app.MapGet("/api/admin/claims", (HttpContext http, AdminGate gate, IClaimService claims, string? state) =>
            gate.RunAsync(http, AdminScopes.Read, "listClaims", null, async ct => Enum.TryParse<ClaimState>(state, true, out var wanted) || state is null
                ? AdminResult.Done((await claims.ListAsync(state is null ? null : wanted, ct)).Select(ClaimView.Of).ToList())
                : AdminResult.Invalid("Unknown state")));
        app.MapGet("/api/admin/audit", (HttpContext http, AdminGate gate, IOperatorDesk desk) =>
            gate.RunAsync(http, AdminScopes.Read, "listAudit", null, async ct => AdminResult.Done(await desk.ListAuditAsync(NewestAudit, ct))));
        MapClaims(app);
        MapDeletions(app);
        MapPanel(app);
    }

    private static void MapClaims(WebApplication app)
    {
        app.MapPatch("/api/claim/{id:guid}/upgrade", (HttpContext http, AdminGate gate, IClaimService claims, IOperatorDesk desk, IServerLimits limits, Guid id) =>
            gate.RunAsync(http, AdminScopes.Claims, "upgrade", id.ToString(), async ct => await UpgradeAsync(claims, desk, limits, id, await ReadAsync<UpgradeBody>(http, ct), ct)));
        Change(app, "retry", AdminScopes.Claims, (claims, claim, ct) => claims.RetryAsync(claim, ct), ClaimJob.Create);
        Change(app, "retry-elsewhere", AdminScopes.Claims, (claims, claim, ct) => claims.RetryElsewhereAsync(claim, ct), ClaimJob.Create);
        Change(app, "clean-up", AdminScopes.Claims, (claims, claim, ct) => claims.CleanUpFailedAsync(claim, ct), ClaimJob.Delete);
        Change(app, "resume-deletion", AdminScopes.Deletions, (claims, claim, ct) => claims.ResumeDeletionAsync(claim, ct), ClaimJob.Delete);
        foreach (var paused in new[] { true, false })
        {
            app.MapPost(paused ? "/api/admin/claims/pause" : "/api/admin/claims/resume", (HttpContext http, AdminGate gate, IOperatorDesk desk) =>
                gate.RunAsync(http, AdminScopes.Claims, paused ? "pauseClaims" : "resumeClaims", null, async ct =>
                {
                    await desk.PauseClaimsAsync(paused, ct);
                    return AdminResult.Done();
                }));
        }
    }

    private static void MapDeletions(WebApplication app)
    {
        app.MapPost("/api/admin/deletions/freeze", (HttpContext http, AdminGate gate, IDeletionBreaker breaker, Bells bells) =>
            gate.RunAsync(http, AdminScopes.Deletions, "freezeDeletions", null, async ct =>
            {
                await breaker.FreezeAsync(FreezeReason.Operator, "an operator froze them.", ct);
                bells.Alerts.Ring();
                return AdminResult.Done();
            }));
        app.MapPost("/api/admin/deletions/release", (HttpContext http, AdminGate gate, IDeletionBreaker breaker, Bells bells) =>
            gate.RunAsync(http, AdminScopes.Deletions, "releaseDeletions", null, async ct =>
            {
                var released = await breaker.UnfreezeAsync("operator", ct);
                bells.RingSenders();
                bells.Work.Ring();
                return released ? AdminResult.Done() : new AdminResult(StatusCodes.Status409Conflict, "NotFrozen");
            }));
        app.MapPost("/api/admin/claims/{id:guid}/extend-grace", (HttpContext http, AdminGate gate, IClaimService claims, IOperatorDesk desk, Bells bells, Guid id) =>
            gate.RunAsync(http, AdminScopes.Deletions, "extendGrace", id.ToString(), async ct =>
            {
                if ((await ReadAsync<ExtendBody>(http, ct))?.By is not { } by || by <= TimeSpan.Zero || by > LongestExtension)
                {
                    return AdminResult.Invalid("by must be a time such as 02:00:00, at most 30 days");
                }
                return await OnClaimAsync(claims, id, claim => desk.ExtendGraceAsync(claim, by, ct), bells.RingSenders, ct);
            }));
        foreach (var protect in new[] { true, false })
        {
            app.MapPost(protect ? "/api/admin/members/{id:long}/protect" : "/api/admin/members/{id:long}/unprotect", (HttpContext http, AdminGate gate, IOperatorDesk desk, Bells bells, long id) =>
                gate.RunAsync(http, AdminScopes.Deletions, protect ? "protectMember" : "unprotectMember", $"member {id}", async ct =>
                {
                    var found = await desk.ProtectAsync(id, protect, ct);
                    bells.Work.Ring();
                    return found ? AdminResult.Done() : AdminResult.NotFound;
                }));
        }
    }

    private static void MapPanel(WebApplication app)
    {
        app.MapPost("/api/admin/reconcile", (HttpContext http, AdminGate gate, IReconciliation reconciliation, Bells bells) =>
            gate.RunAsync(http, AdminScopes.Panel, "reconcile", null, async ct =>
            {
                var report = await reconciliation.RunAsync(ct);
                bells.Alerts.Ring();
                return report is null ? new AdminResult(StatusCodes.Status503ServiceUnavailable, "PanelNotRead") : AdminResult.Done(report);
            }));
        app.MapGet("/api/admin/reconcile", (HttpContext http, AdminGate gate, IReconcileReports reports) =>
            gate.RunAsync(http, AdminScopes.Read, "lastReport", null, async ct => await reports.LastAsync(ct) is { } report ? AdminResult.Done(report) : AdminResult.NotFound));
        app.MapPost("/api/admin/reconcile/{id:guid}/adopt", (HttpContext http, AdminGate gate, IReconciliation reconciliation, Guid id) =>
            gate.RunAsync(http, AdminScopes.Panel, "adopt", id.ToString(), async ct => Of(await reconciliation.AdoptAsync(id, ct))));
        app.MapPost("/api/admin/reconcile/{id:guid}/recreate", (HttpContext http, AdminGate gate, IReconciliation reconciliation, IBackgroundJobs jobs, Guid id) =>
            gate.RunAsync(http, AdminScopes.Panel, "recreate", id.ToString(), async ct =>
            {
                var outcome = await reconciliation.RecreateAsync(id, ct);
                if (outcome == AdoptOutcome.Done)
                {
                    jobs.Enqueue(ClaimJob.Create, id);
                }
                return Of(outcome);
            }));
        app.MapGet("/api/admin/ports", (HttpContext http, AdminGate gate, IPortQuarantine ports) =>
            gate.RunAsync(http, AdminScopes.Read, "listPorts", null, async ct => AdminResult.Done(await ports.ListAsync(ct))));
        app.MapPost("/api/admin/ports/{id:int}/release", (HttpContext http, AdminGate gate, IPortQuarantine ports, int id) =>
            gate.RunAsync(http, AdminScopes.Panel, "releasePort", $"allocation {id}", async ct => await ports.ReleaseAsync(id, ct) ? AdminResult.Done() : AdminResult.NotFound));
    }

    private static void Change(WebApplication app, string action, string scope, Func<IClaimService, ClaimRef, CancellationToken, Task<ClaimChange>> change, ClaimJob job) =>
        app.MapPost($"/api/admin/claims/{{id:guid}}/{action}", (HttpContext http, AdminGate gate, IClaimService claims, IBackgroundJobs jobs, Bells bells, Guid id) =>
            gate.RunAsync(http, scope, action, id.ToString(), ct => OnClaimAsync(claims, id, claim => change(claims, claim, ct), () =>
            {
                jobs.Enqueue(job, id);
                bells.RingSenders();
            }, ct)));

    private static async Task<AdminResult> OnClaimAsync(IClaimService claims, Guid id, Func<ClaimRef, Task<ClaimChange>> change, Action afterwards, CancellationToken ct)
    {
        if (await claims.FindAsync(id, ct) is not { } claim)
        {
            return AdminResult.NotFound;
        }
        var outcome = await change(claim.Ref);
        if (outcome.IsDone)
        {
            afterwards();
        }
        return AdminResult.Of(outcome);
    }

    /// <summary>The row first: a death in between leaves a difference the next comparison names.</summary>
    private static async Task<AdminResult> UpgradeAsync(IClaimService claims, IOperatorDesk desk, IServerLimits limits, Guid id, UpgradeBody? body, CancellationToken ct)
    {
        if (body is null || new[] { body.MemoryMiB, body.DiskMiB, body.CpuPercent }.Any(number => number is < 1 or > LargestServer) || body is { MemoryMiB: null, DiskMiB: null, CpuPercent: null })
        {
            return AdminResult.Invalid("memoryMiB, diskMiB or cpuPercent must be given, as numbers above zero");
        }
        var result = await OnClaimAsync(claims, id, claim => desk.UpgradeAsync(claim, body.MemoryMiB, body.DiskMiB, body.CpuPercent, ct), () => { }, ct);
        if (result.Status != StatusCodes.Status200OK || await claims.FindAsync(id, ct) is not { State: ClaimState.Active })
        {
            return result;
        }
        var applied = await limits.ApplyAsync(id, ct);
        return applied == AdoptOutcome.Done ? result : new AdminResult(StatusCodes.Status502BadGateway, $"Noted, but not applied on the panel: {applied}");
    }

    /// <summary>Read only once the caller is known. Null when it is no such JSON.</summary>
    private static async Task<T?> ReadAsync<T>(HttpContext http, CancellationToken ct)
        where T : class
    {
        try
        {
            return http.Request.HasJsonContentType() ? await http.Request.ReadFromJsonAsync<T>(ct) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static AdminResult Of(AdoptOutcome outcome) => new(
        outcome switch
        {
            AdoptOutcome.Done => StatusCodes.Status200OK,
            AdoptOutcome.NotOnPanel => StatusCodes.Status404NotFound,
            AdoptOutcome.NoAnswer => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status409Conflict,
        },
        outcome.ToString());
}

internal sealed record UpgradeBody(int? MemoryMiB, int? DiskMiB, int? CpuPercent);

internal sealed record ExtendBody(TimeSpan? By);

/// <summary>A claim as the admin API shows it: no JID and no secret.</summary>
internal sealed record ClaimView(Guid Id, long MemberId, string State, int Step, string Username, string Template, string? FailureCode, int? PanelServerId, int? NodeId, bool DeletionHeld, DateTimeOffset? QueuedAt, int? MemoryMiB, int? DiskMiB, int? CpuPercent, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    public static ClaimView Of(Claim claim) => new(
        claim.Id, claim.MemberId, claim.State.ToString().ToLowerInvariant(), (int)claim.Step, claim.Username, claim.Template, claim.FailureCode, claim.PanelServerId, claim.NodeId, claim.DeletionHeld,
        claim.QueuedAt, claim.MemoryMiB, claim.DiskMiB, claim.CpuPercent, claim.CreatedAt, claim.ChangedAt);
}
