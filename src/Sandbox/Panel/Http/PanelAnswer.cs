using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sandbox.Panel.Http;

/// <summary>What a handler answers; null body for 204.</summary>
internal sealed record PanelAnswer(int Status, JsonNode? Body = null)
{
    public static PanelAnswer NoContent { get; } = new(StatusCodes.Status204NoContent);

    public static async Task WriteAsync(HttpContext http, PanelAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        if (answer.Body is not null)
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(answer.Body.ToJsonString());
        }
    }

    public static Task WriteAsync(HttpContext http, PanelRefusal refusal)
    {
        if (!WantsJson(http.Request))
        {
            return refusal.RedirectsWithoutJson ? Redirect(http, refusal.Status) : WriteHtmlAsync(http, refusal.Status);
        }

        var errors = new JsonArray();
        foreach (var rule in refusal.Rules)
        {
            var error = Error(refusal, rule.Detail);
            error["meta"] = new JsonObject { ["source_field"] = rule.Field, ["rule"] = rule.Rule };
            errors.Add(error);
        }

        if (errors.Count == 0)
        {
            errors.Add(Error(refusal, refusal.Message));
        }

        return WriteAsync(http, new PanelAnswer(refusal.Status, new JsonObject { ["errors"] = errors }));
    }

    public static Task WriteHtmlAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=UTF-8";
        return http.Response.WriteAsync("<!DOCTYPE html><html><head><title>Error</title></head><body><h1>" +
            status.ToString(CultureInfo.InvariantCulture) + "</h1></body></html>");
    }

    private static JsonObject Error(PanelRefusal refusal, string detail) => new()
    {
        ["code"] = refusal.Code,
        ["status"] = refusal.Status.ToString(CultureInfo.InvariantCulture),
        ["detail"] = detail,
    };

    // Laravel looks at the first accepted type only.
    private static bool WantsJson(HttpRequest request)
    {
        var first = request.Headers.Accept.ToString().Split(',', 2)[0];
        return first.Contains("/json", StringComparison.OrdinalIgnoreCase) || first.Contains("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static Task Redirect(HttpContext http, int status)
    {
        var root = $"{http.Request.Scheme}://{http.Request.Host}";
        http.Response.Redirect(status == 401 ? root + "/auth/login" : root);
        return Task.CompletedTask;
    }
}
