using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using WaBot.Options;

namespace WaBot.Web;

/// <summary>Opening the operator page with a one-time code. The link only shows a button: what merely looks at links uses nothing up.</summary>
internal static class SignInEndpoints
{
    private const int LongestCode = 200;

    public static void Map(WebApplication app)
    {
        app.MapGet("/site.css", () => Results.Text(Html.Style, "text/css"));
        app.MapGet("/sign-in", Show);
        app.MapPost("/sign-in", UseAsync).AddEndpointFilter(WebSetup.CheckForm);
        app.MapPost("/sign-out", (Delegate)LeaveAsync).AddEndpointFilter(WebSetup.CheckForm);
    }

    /// <summary>Who is signed in already has no use for a code and goes straight on.</summary>
    private static IResult Show(HttpContext context, IAntiforgery antiforgery, string? code) => context.User.Identity is { IsAuthenticated: true }
        ? Results.LocalRedirect("/")
        : Html.Page(StatusCodes.Status200OK, "Operator sign-in", Form(context, antiforgery, code));

    private static async Task<IResult> UseAsync(HttpContext context, OperatorAccess access, WebOptions web, IAntiforgery antiforgery, TimeProvider time)
    {
        var code = (await context.Request.ReadFormAsync(context.RequestAborted))["code"].ToString();
        if (!await access.TryUseAsync(code.Length <= LongestCode ? code : null, () => Task.Delay(web.WrongCodeDelay, time)))
        {
            return Html.Page(StatusCodes.Status401Unauthorized, "That code does not open this page",
                "<p class=\"state bad\">The code is wrong or was used before. Get a new one on the server with <code>wabot sign-in</code>.</p>" + Form(context, antiforgery, null));
        }
        var who = new ClaimsIdentity([new Claim(ClaimTypes.Name, "operator")], CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(new ClaimsPrincipal(who));
        return Results.LocalRedirect("/");
    }

    private static async Task<IResult> LeaveAsync(HttpContext context)
    {
        await context.SignOutAsync();
        return Results.LocalRedirect("/sign-in");
    }

    private static string Form(HttpContext context, IAntiforgery antiforgery, string? code) =>
        $"""
        <form method="post" action="/sign-in">
        {OperatorView.Token(context, antiforgery)}
        <p><label for="code">One-time code</label><br>
        <input id="code" name="code" autocomplete="off" autocapitalize="characters" required value="{Html.Encode(code is { Length: <= LongestCode } ? code : null)}"></p>
        <p><button type="submit">Open the operator page</button></p>
        </form>
        """;
}
