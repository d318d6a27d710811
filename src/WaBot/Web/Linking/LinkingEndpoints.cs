using Microsoft.AspNetCore.Antiforgery;
using WaBot.Session;
using WhatsApp;

namespace WaBot.Web.Linking;

/// <summary>What an operator does about the link to the account. Every call is allowed at any time; one that comes too late says so.</summary>
internal static class LinkingEndpoints
{
    public const string ByCode = "/operator/session/link-by-code";
    public const string ByQr = "/operator/session/link-by-qr";
    public const string Passkey = "/operator/session/passkey";
    public const string Same = "/operator/session/codes-are-the-same";
    public const string Differs = "/operator/session/codes-differ";
    public const string Cancel = "/operator/session/stop-linking";
    public const string LogOut = "/operator/session/log-out";

    public static void Map(WebApplication app)
    {
        app.MapGet(ByCode, (HttpContext context, IAntiforgery forms) => LinkingPages.ByCode(OperatorView.Token(context, forms))).RequireAuthorization();
        app.MapGet(LogOut, (HttpContext context, IAntiforgery forms) => LinkingPages.LogOut(OperatorView.Token(context, forms))).RequireAuthorization();
        app.MapGet(Passkey, (HttpContext context, IAntiforgery forms, IWhatsAppClient client) => client.Status.Linking is PasskeyRequired passkey
            ? LinkingPages.Passkey(passkey, OperatorView.Token(context, forms))
            : Results.LocalRedirect("/")).RequireAuthorization();

        var actions = app.MapGroup("").RequireAuthorization().AddEndpointFilter(WebSetup.CheckForm);
        actions.MapPost(ByCode, LinkByCodeAsync);
        actions.MapPost(ByQr, (SessionControl session, CancellationToken ct) => BackAsync(session.LinkAsync(LinkingMethod.Qr, ct)));
        actions.MapPost(Passkey, HandInPasskeyAsync);
        actions.MapPost(Same, (IWhatsAppClient client, CancellationToken ct) => BackAsync(client.ConfirmCodeAsync(same: true, ct)));
        actions.MapPost(Differs, (IWhatsAppClient client, CancellationToken ct) => BackAsync(client.ConfirmCodeAsync(same: false, ct)));
        actions.MapPost(Cancel, (SessionControl session, CancellationToken ct) => BackAsync(session.StopLinkingAsync(ct)));
        actions.MapPost(LogOut, LogOutAsync);
    }

    private static async Task<IResult> LinkByCodeAsync(HttpContext context, SessionControl session, IAntiforgery forms, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        return LinkingMethod.TryByCode(form["number"]) is { } method
            ? await BackAsync(session.LinkAsync(method, ct))
            : LinkingPages.ByCode(OperatorView.Token(context, forms), "This is no phone number: country code first, 7 to 15 digits, no leading zero. For example +62 812 3456 789.");
    }

    private static async Task<IResult> HandInPasskeyAsync(HttpContext context, IWhatsAppClient client, IAntiforgery forms, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var outcome = await client.AnswerPasskeyAsync(form["answer"].ToString(), ct);
        return outcome != LinkingAnswer.Taken && client.Status.Linking is PasskeyRequired passkey
            ? LinkingPages.Passkey(passkey, OperatorView.Token(context, forms), LinkingWords.Of(outcome))
            : Results.LocalRedirect("/"); // taken, or over: the operator page says which
    }

    private static async Task<IResult> LogOutAsync(HttpContext context, SessionControl session, IAntiforgery forms, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        return form["confirm"] == "LOG OUT" ? await BackAsync(session.LogOutAsync(ct)) : LinkingPages.LogOut(OperatorView.Token(context, forms), "Not confirmed: type LOG OUT. Nothing was changed.");
    }

    private static async Task<IResult> BackAsync(Task work)
    {
        await work;
        return Results.LocalRedirect("/");
    }
}
