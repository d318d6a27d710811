using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sandbox.Panel.Faults;
using Sandbox.Panel.State;
using WhatsApp;

namespace Sandbox.Panel.Http;

/// <summary>
/// The panel's checks in the order the real one makes them: unknown route, key, JSON, two-factor policy, rate limit, path ids,
/// rights, then the handler. Fault switches act where the real fault would.
/// </summary>
internal sealed class PanelGate(PanelCore core, SimulatedPanelOptions options, PanelFaults faults, PanelRequestLog log, PanelRateLimit limit, IRandomSource random, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext http, Func<Task> next, CancellationToken stopping)
    {
        if (!http.Request.Path.StartsWithSegments("/api/application"))
        {
            await next();
            return;
        }

        http.Response.Headers.Date = time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture); // the panel's clock, as created_at is
        var endpoint = http.GetEndpoint();
        var route = endpoint?.Metadata.GetMetadata<PanelRoute>();
        var answered = true;
        try
        {
            if (route is null)
            {
                throw endpoint is null
                    ? PanelRefusal.NotFound()
                    : new PanelRefusal(405, "MethodNotAllowedHttpException", "The method is not supported for this route.");
            }

            answered = await AnswerAsync(http, route, stopping);
        }
        catch (PanelRefusal refusal)
        {
            await PanelAnswer.WriteAsync(http, refusal);
        }
        finally
        {
            log.Add(new PanelRequestEntry(time.GetUtcNow(), route?.Name ?? "unknown", http.Request.Path, answered ? http.Response.StatusCode : 0));
        }

        if (!answered)
        {
            http.Abort();
        }
    }

    /// <returns>False when the connection is to be cut instead of answered.</returns>
    private async Task<bool> AnswerAsync(HttpContext http, PanelRoute route, CancellationToken stopping)
    {
        var fault = faults.TakeFor(route.Name);
        switch (fault?.Kind)
        {
            case PanelFaultKind.Maintenance:
                throw new PanelRefusal(503, "HttpException", "Service Unavailable");
            case PanelFaultKind.HtmlBody:
                await PanelAnswer.WriteHtmlAsync(http, fault.Status);
                return true;
            case PanelFaultKind.Hang:
                faults.TellHung();
                using (var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping))
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                return false;
        }

        var key = Authenticate(http.Request);
        var body = await ReadBodyAsync(http.Request);
        if (options.DemandsTwoFactor)
        {
            throw new PanelRefusal(400, "TwoFactorAuthRequiredException", "Two-factor authentication is required on this account.");
        }

        Throttle(http.Response, fault);
        if (fault?.Kind == PanelFaultKind.ServerError)
        {
            throw PanelRefusal.Unexpected("QueryException", fault.Status);
        }

        var answer = core.Run(world =>
        {
            ResolvePathIds(http.Request, world);
            var right = key.Rights.GetValueOrDefault(route.Resource);
            if ((right & (route.Writes ? 2 : 1)) == 0)
            {
                throw new PanelRefusal(403, "AccessDeniedHttpException", "This action is unauthorized.");
            }

            return route.Handler(new PanelCall(http.Request, body, world, fault, options, random, time.GetUtcNow()));
        });
        switch (fault?.Kind)
        {
            case PanelFaultKind.LoseAnswer or PanelFaultKind.RollBackLater:
                return false;
            case PanelFaultKind.AppearLater:
                await PanelAnswer.WriteHtmlAsync(http, 504);
                return true;
            case PanelFaultKind.FailAfterCommit:
                throw PanelRefusal.Unexpected("TransportException");
            default:
                await PanelAnswer.WriteAsync(http, answer);
                return true;
        }
    }

    private KeyRow Authenticate(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var key = header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : "";
        return core.Read(world => world.Keys.Find(row => row.Key == key)) ?? throw PanelRefusal.Unauthenticated();
    }

    private void Throttle(HttpResponse response, PanelFault? fault)
    {
        var (remaining, wait) = limit.Take();
        if (fault?.Kind == PanelFaultKind.TooManyRequests)
        {
            (remaining, wait) = (0, fault.Delay);
        }

        response.Headers["X-RateLimit-Limit"] = limit.Limit.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
        if (wait is not { } pause)
        {
            return;
        }

        var seconds = (long)Math.Ceiling(pause.TotalSeconds);
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Reset"] = (time.GetUtcNow().ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture);
        throw new PanelRefusal(429, "ThrottleRequestsException", "Too Many Attempts.");
    }

    private static void ResolvePathIds(HttpRequest request, PanelWorld world)
    {
        foreach (var (name, value) in request.RouteValues)
        {
            var id = PanelCall.LeadingNumber((string)value!);
            var exists = name switch
            {
                "user" => world.Users.Exists(row => row.Id == id),
                "server" => world.VisibleServers.Any(row => row.Id == id),
                "node" => world.Nodes.Exists(row => row.Id == id),
                "location" => world.Locations.Exists(row => row.Id == id),
                "nest" => world.Nests.Exists(row => row.Id == id),
                "egg" => world.Eggs.Exists(row => row.Id == id && row.NestId == PanelCall.LeadingNumber((string)request.RouteValues["nest"]!)),
                _ => true,
            };
            if (!exists)
            {
                throw PanelRefusal.NotFound();
            }
        }
    }

    private static async Task<JsonObject> ReadBodyAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync();
        if (text.Length == 0)
        {
            return [];
        }

        try
        {
            return TrimmedStrings(JsonNode.Parse(text)) as JsonObject ?? [];
        }
        catch (JsonException fault)
        {
            throw new PanelRefusal(400, "BadRequestHttpException", $"The JSON data passed in the request appears to be malformed: {fault.Message}");
        }
    }

    // Laravel's global middleware: strings are trimmed, and empty ones become null, at every depth.
    private static JsonNode? TrimmedStrings(JsonNode? node) => node switch
    {
        JsonObject item => new JsonObject(item.Select(pair => KeyValuePair.Create(pair.Key, TrimmedStrings(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(TrimmedStrings)]),
        JsonValue value when value.TryGetValue<string>(out var text) => text.Trim() is { Length: > 0 } kept ? JsonValue.Create(kept) : null,
        null => null,
        _ => node.DeepClone(),
    };
}
