using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Shared.Chance;
using WaBot.Options;

namespace WaBot.Web;

/// <summary>Kestrel's pages: health for machines, one page for operators.</summary>
internal static class WebSetup
{
    public const string CookieName = "wabot-operator";
    private static readonly TimeSpan SessionLife = TimeSpan.FromHours(12);

    public static void AddWaBotWeb(this IServiceCollection services, WaBotOptions options)
    {
        services.AddSingleton(s => new OperatorAccess(options.DataFile("operator-access.json"), s.GetRequiredService<IRandomBytes>()));
        services.AddHostedService<AccessStart>();
        services.AddSingleton<OperatorView>();
        services.AddSingleton<Admin.AdminGate>();
        services.AddSingleton<Webhook.WebhookSignature>();
        services.AddSingleton<Webhook.HintDesk>();
        services.AddProblemDetails();
        services.AddRouting();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "wabot-form";
            Harden(antiforgery.Cookie, options.Web);
        });
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = CookieName;
            Harden(cookie.Cookie, options.Web);
            cookie.ExpireTimeSpan = SessionLife;
            cookie.SlidingExpiration = false;
            cookie.LoginPath = "/sign-in";
            cookie.ReturnUrlParameter = "from";
        });
        services.AddAuthorization();
    }

    public static void UseWaBotWeb(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.Use(AddHeaders);
        app.UseAuthentication();
        app.UseAuthorization();
        HealthEndpoints.Map(app);
        SignInEndpoints.Map(app);
        OperatorEndpoints.Map(app);
        Linking.LinkingEndpoints.Map(app);
        Webhook.WebhookEndpoint.Map(app);
        Admin.AdminEndpoints.Map(app);
    }

    /// <summary>Secure everywhere but on plain http of this machine, where a browser would not send it back.</summary>
    private static void Harden(CookieBuilder cookie, WebOptions web)
    {
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Strict;
        cookie.IsEssential = true;
        cookie.SecurePolicy = web.PublicUrl is null || (web.PublicUrl.Scheme == "http" && OptionsRules.IsLoopback(web.PublicUrl)) ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
    }

    private static Task AddHeaders(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache, no-store"; // as the form tokens want it; they would warn at every page otherwise
        headers.Pragma = "no-cache";
        return next(context);
    }

    /// <summary>A form posted without its token came from elsewhere.</summary>
    public static async ValueTask<object?> CheckForm(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var antiforgery = context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>();
        return await antiforgery.IsRequestValidAsync(context.HttpContext)
            ? await next(context)
            : Html.Page(StatusCodes.Status400BadRequest, "Form out of date", "<p>This form is too old or came from another page. Nothing was changed.</p><p><a href=\"/\">Back to the operator page</a></p>");
    }
}
