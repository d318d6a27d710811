namespace Sandbox.Control;

/// <summary>The sandbox page: three files inside the executable.</summary>
internal static class PageEndpoints
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", (HttpContext context) => File(context, "index.html", "text/html; charset=utf-8"));
        routes.MapGet("/sandbox.css", (HttpContext context) => File(context, "sandbox.css", "text/css; charset=utf-8"));
        routes.MapGet("/sandbox.js", (HttpContext context) => File(context, "sandbox.js", "text/javascript; charset=utf-8"));
    }

    private static IResult File(HttpContext context, string name, string type)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        var stream = typeof(PageEndpoints).Assembly.GetManifestResourceStream($"Sandbox.Pages.{name}")
            ?? throw new InvalidOperationException($"The page file {name} is not in the executable.");
        return Results.Stream(stream, type);
    }
}
