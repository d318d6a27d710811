using System.Net;
using Microsoft.AspNetCore.Mvc;

namespace Sandbox.Control;

/// <summary>
/// The control API has no sign-in, so it answers only requests made to a name of this machine (a foreign web page that
/// points its own name at 127.0.0.1 is refused) and takes changes only as JSON (a foreign page's form cannot send that).
/// </summary>
internal static class LoopbackOnly
{
    public static async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var host = context.Request.Host.Host.Trim('[', ']');
        if (host != "localhost" && !(IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)))
        {
            await RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "The sandbox answers only to 127.0.0.1, [::1] or localhost.");
            return;
        }

        if (HttpMethods.IsPost(context.Request.Method) && !context.Request.HasJsonContentType())
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "Send the body as application/json; {} will do where nothing is to be said.");
            return;
        }

        await next(context);
    }

    private static Task RefuseAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new ProblemDetails { Status = status, Detail = detail }, options: null, contentType: "application/problem+json");
    }
}
